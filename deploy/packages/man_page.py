"""A manual page (man(7)) of a command, from its --help."""

import re


def _roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def _literal(text):
    return [".nf", _roff(text).replace("\n\n", "\n\\&\n"), ".fi"]


def page_name(command):
    return "-".join(command.path)


def _option(option):
    names = ", ".join(f"\\fB{_roff(name)}\\fR" if name.startswith("-") else f"\\fI{_roff(name)}\\fR"
                      for name in option.names)
    spec = f" \\fI{_roff(option.spec)}\\fR" if option.spec else ""
    return [".TP", names + spec, _roff(option.text)]


def _options(command):
    lines = []
    for section in command.sections:
        lines.append(".SH OPTIONS" if section.title == "Options" else f'.SH "{_roff(section.title.upper())}"')
        if section.note:
            lines.append(_roff(section.note))
        for option in section.options:
            lines += _option(option)
    return lines


def _footer(command):
    """The examples as they stand; what else the footer says as text."""
    examples, notes = [], [""]
    of_examples = False
    for line in command.footer.splitlines():
        of_examples = bool(re.match(r"Examples?:$", line)) or (of_examples and line.startswith(" "))
        if of_examples and line.startswith(" "):
            examples.append(line)
        elif not line:
            notes.append("")
        elif not of_examples:
            notes[-1] += _roff(line) + "\n"
    lines = [".SH EXAMPLES", *_literal("\n".join(examples))] if examples else []
    notes = [note.rstrip("\n") for note in notes if note]
    return lines + ([".SH NOTES", "\n.PP\n".join(notes)] if notes else [])


def _see_also(command):
    above = ["-".join(command.path[:-1])] if len(command.path) > 1 else []
    pages = above + [page_name(child) for child in command.children]
    references = ",\n".join(f".BR {_roff(page)} (1)" for page in pages)
    about = f"Documentation: /usr/share/doc/{command.path[0]}"
    return [".SH SEE ALSO", *([references, ".PP"] if pages else []), _roff(about)]


def man_page(command, version, day, exit_codes):
    """`exit_codes`: (code, meaning) of all programs."""
    title = page_name(command)
    lines = [f'.TH "{_roff(title.upper())}" 1 "{day}" "Blindlink {version}" "Blindlink"', ".SH NAME",
             f"{_roff(title)} \\- {_roff(_name_line(command))}", ".SH SYNOPSIS",
             f"\\fB{_roff(' '.join(command.path))}\\fR" + _roff(command.usage.removeprefix(" ".join(command.path))),
             ".SH DESCRIPTION", _roff(command.text)]
    if command.children:
        lines.append(".SH COMMANDS")
        for child in command.children:
            lines += [".TP", f"\\fB{_roff(child.path[-1])}\\fR", _roff(child.summary)]
    lines += _options(command) + _footer(command)
    lines.append(".SH EXIT STATUS")
    for code, meaning in exit_codes:
        lines += [".TP", f"\\fB{code}\\fR", _roff(meaning)]
    return "\n".join(lines + _see_also(command)) + "\n"


def _name_line(command):
    """What `man -k` shows."""
    line = command.summary.rstrip(".")
    return line if line.startswith("Blindlink") else line[0].lower() + line[1:]
