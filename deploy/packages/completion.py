"""Completion of command lines for bash and zsh, from a program's --help."""

_BASH = """\
# bash completion of {program}: made from its --help.

# Sets `kind` to what follows the option $2 of command $1: none, name, file, or =WORD WORD…
{function}_value() {{
  kind=none
  case "$1:$2" in
{values}
  esac
}}

{function}() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} previous="" command="" kind=none words="" files="" word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    {function}_value "$command" "$previous"
    previous=$word
    [ "$kind" = none ] || continue
    case "$command:$word" in
{commands}
    esac
  done
  {function}_value "$command" "$previous"
  case "$kind" in
    name) return ;;
    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    =*) mapfile -t COMPREPLY < <(compgen -W "${{kind#=}}" -- "$cur"); return ;;
  esac
  case "$command" in
{words}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  if [ -n "$files" ] && [[ "$cur" != -* ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}}
complete -F {function} {program}
"""

_ZSH = """\
#compdef {program}
# zsh completion of {program}: made from its --help.

local command="" word
integer at=1
for word in ${{words[2,CURRENT-1]}}; do
  case "$command:$word" in
{commands}
    *) break ;;
  esac
  (( at++ ))
done
words=("${{(@)words[at,-1]}}")
(( CURRENT -= at - 1 ))
local -a specs
case "$command" in
{specs}
esac
_arguments -S $specs
"""


def _key(command):
    return " ".join(command.path[1:])


def _cases(root):
    return "\n".join(f'      "{_key(parent)}:{child.path[-1]}") command="{_key(child)}" ;;'
                     for parent in root.walk() for child in parent.children)


def _kind(option):
    if option.choices:
        return "=" + " ".join(option.choices)
    return "file" if option.may_be_file else "name"


def bash_completion(root):
    """The text of the file for bash; `root` is the program's command."""
    values, words = [], []
    for command in root.walk():
        named = [option for option in command.options() if option.names[0].startswith("-")]
        for option in named:
            if option.takes_value:
                patterns = "|".join(f'"{_key(command)}:{name}"' for name in option.names)
                values.append(f"    {patterns}) kind='{_kind(option)}' ;;")
        offered = [child.path[-1] for child in command.children] + [name for option in named for name in option.names]
        files = " files=yes" if any(not option.names[0].startswith("-") for option in command.options()) else ""
        words.append(f'    "{_key(command)}") words="{" ".join(offered)}"{files} ;;')
    return _BASH.format(program=root.path[0], function="_" + root.path[0].replace("-", "_"), values="\n".join(values),
                        commands=_cases(root), words="\n".join(words))


def _zsh_escaped(text):
    for special in "\\[]:":
        text = text.replace(special, "\\" + special)
    return text


def _zsh_quoted(spec):
    return "'" + spec.replace("'", "'\\''") + "'"


def _zsh_option(option):
    action = {"=": f"({' '.join(option.choices)})", "f": "_files"}.get(_kind(option)[0], "")
    if not option.names[0].startswith("-"):
        return [_zsh_quoted(f"*:{_zsh_escaped(option.names[0])}:_files")]
    value = f":{_zsh_escaped(option.names[-1].lstrip('-'))}:{action}" if option.takes_value else ""
    return [_zsh_quoted(f"*{name}[{_zsh_escaped(option.text)}]{value}") for name in option.names]


def _zsh_specs(command):
    specs = [spec for option in command.options() for spec in _zsh_option(option)]
    if command.children:
        # Twice, for the list and for the text in it.
        offered = " ".join(f'{child.path[-1]}\\:"{_zsh_escaped(_zsh_escaped(child.summary))}"' for child in command.children)
        specs.append(_zsh_quoted(f"1:command:(({offered}))"))
    return specs


def zsh_completion(root):
    """The text of the file for zsh."""
    specs = "\n".join(f'  "{_key(command)}")\n    specs=({chr(10).join(_zsh_specs(command))}) ;;'
                      for command in root.walk())
    return _ZSH.format(program=root.path[0], commands=_cases(root).replace("      ", "    "), specs=specs)
