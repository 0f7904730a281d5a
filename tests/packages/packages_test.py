"""Makes the packages from the built tree and checks what they hold. BLINDLINK_BUILD_DIR is the tree; ctest sets it.

zsh and systemd-analyze are used where they are installed; the tests that need one are skipped elsewhere. lintian and what the
packages do on a system are for bare_debian.py.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BLINDLINK_BUILD_DIR", ROOT / "build/release"))
PROGRAMS = ("agent", "resolver", "researcher")
sys.path.insert(0, str(ROOT / "tests/packages"))
import bare_debian  # noqa: E402  (after the path is known)


def output(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE,
                          **options).stdout


def options_of(text):
    """All names of the options in a command's --help."""
    return {name for names in re.findall(r"(?m)^ {2,4}(-\S+)", text) for name in names.split(",")}


def make_packages(folder, components="agent;resolver;researcher;common"):
    """Without compression, which takes most of the time; the files are the same."""
    output("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", folder, "-D",
           "CPACK_DEBIAN_COMPRESSION_TYPE=none", "-D", f"CPACK_COMPONENTS_ALL={components}", cwd=BUILD,
           stderr=subprocess.DEVNULL)
    return {path.name.split("_")[0].removeprefix("blindlink-"): path for path in folder.glob("*.deb")}


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="blindlink-packages-")
        folder = pathlib.Path(cls.temporary.name)
        output("cmake", "--build", BUILD, "--target", "package_files")
        cls.packages = make_packages(folder / "first")
        cls.again = make_packages(folder / "second", "researcher;common")
        cls.root = folder / "root"
        (folder / "control").mkdir()
        for package in cls.packages.values():
            output("dpkg-deb", "--extract", package, cls.root)
            output("dpkg-deb", "--control", package, folder / "control" / package.name.split("_")[0])
        cls.control = folder / "control"
        cls.helps = {}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def field(self, name, field):
        return output("dpkg-deb", "--field", self.packages[name], field).strip()

    def program(self, name):
        return self.root / f"usr/bin/blindlink-{name}"

    def commands(self, name):
        """(words after the program, text of --help) of each of a program's commands."""
        if name not in self.helps:
            self.helps[name] = list(self.read_helps(name, ()))
        return self.helps[name]

    def read_helps(self, name, path):
        text = output(self.program(name), *path, "--help", stderr=subprocess.DEVNULL)
        yield path, text
        listed = re.search(r"(?ms)^Subcommands:\n(.*?)^$", text + "\n\n")
        for child in re.findall(r"(?m)^  (\S+)", listed[1]) if listed else []:
            yield from self.read_helps(name, (*path, child))

    # --- what is in them ----------------------------------------------------------------------------

    def test_two_packagings_of_one_build_are_identical(self):
        self.assertEqual(sorted(self.packages), ["agent", "common", "researcher", "resolver"])
        self.assertEqual(len(self.again), 2)
        for name, package in self.again.items():
            self.assertEqual(package.read_bytes(), self.packages[name].read_bytes(), name)

    def test_hold_the_files_that_belong_to_them_and_belong_to_root(self):
        wanted = {
            "agent": ["lib/systemd/system/blindlink-agent@.service", "lib/systemd/system/blindlink-agent@.timer",
                      "usr/lib/blindlink-agent/scheduled-run", "usr/lib/sysusers.d/blindlink-agent.conf"],
            "resolver": ["etc/blindlink/resolver.textproto", "etc/logrotate.d/blindlink-resolver",
                         "lib/systemd/system/blindlink-resolver.service", "lib/systemd/system/blindlink-worker.service",
                         "usr/lib/tmpfiles.d/blindlink-resolver.conf"],
            "researcher": [],
            "common": ["usr/share/blindlink/make-certs.sh", "usr/share/blindlink/plans/us-default.textproto",
                       "usr/share/blindlink/prometheus/rules.yml", "usr/share/blindlink/examples/claims.csv",
                       "usr/share/doc/blindlink-common/docs/operations.md"]}
        for name, files in wanted.items():
            lines = [line.split(maxsplit=5) for line in
                     output("dpkg-deb", "--contents", self.packages[name]).splitlines()]
            self.assertEqual({line[1] for line in lines}, {"root/root"}, name)
            self.assertEqual({line[0] for line in lines} - {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"}, set(), name)
            held = {line[5].removeprefix("./") for line in lines}
            documents = [f"usr/share/doc/blindlink-{name}/{file}" for file in
                         ("changelog.gz", "changelog.Debian.gz", "copyright")]
            program = [f"usr/bin/blindlink-{name}"] if name in PROGRAMS else []
            self.assertEqual([file for file in files + documents + program if file not in held], [], name)

    def test_need_the_package_of_every_library_that_the_program_names(self):
        provided = dict(line.split(maxsplit=1) for line in output(
            "dpkg-query", "--show", "--showformat", "${Package} ${Provides}\\n").splitlines() if " " in line.strip())
        for name in PROGRAMS:
            depends = {part.split()[0] for part in self.field(name, "Depends").split(",")}
            headers = output("objdump", "-p", self.program(name))
            loaded = dict(re.findall(r"(?m)^\s+(\S+) => (\S+)", output("ldd", self.program(name))))
            for library in re.findall(r"NEEDED\s+(\S+)", headers):
                file = os.path.realpath(loaded.get(library, "/lib64/" + library))
                owner = self.owner(file)
                names = {owner, *re.findall(r"[\w.+-]+", provided.get(owner, ""))}
                self.assertTrue(names & depends, f"blindlink-{name}: {library} of {owner}")
            self.assertFalse([package for package in depends if package.endswith("-dev")])
        self.assertEqual(self.field("common", "Architecture"), "all")

    def owner(self, file):
        for path in (file, file.removeprefix("/usr")):
            found = subprocess.run(["dpkg", "-S", path], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   check=False)
            if found.returncode == 0:
                return found.stdout.split(":")[0]
        return self.fail(f"no package has {file}")

    def test_programs_are_stripped_and_do_not_say_where_they_were_built(self):
        for name in PROGRAMS:
            self.assertNotIn(".symtab", output("readelf", "--sections", "--wide", self.program(name)))
            content = self.program(name).read_bytes()
            for folder in (ROOT, BUILD):
                self.assertNotIn(str(folder).encode(), content, name)
            if "BLINDLINK_HIDE_BUILD_PATHS:BOOL=ON" in (BUILD / "CMakeCache.txt").read_text(encoding="utf-8"):
                self.assertNotIn(b"/.cache/blindlink", content, name)

    def test_programs_say_their_version_and_the_build_that_readelf_shows(self):
        for name in PROGRAMS:
            build = re.search(r"Build ID: ([0-9a-f]{16})", output("readelf", "--notes", self.program(name)))[1]
            version = self.field(name, "Version").removesuffix("-1")
            said = output(self.program(name), "--version", stderr=subprocess.DEVNULL)
            self.assertTrue(said.startswith(f"blindlink-{name} {version} (build {build})"), said)

    def test_configuration_files_are_declared_and_scripts_are_sound(self):
        declared = (self.control / "blindlink-resolver/conffiles").read_text(encoding="utf-8").split()
        self.assertEqual(sorted(declared), sorted("/" + str(path.relative_to(self.root)) for path in
                                                  (self.root / "etc").rglob("*") if path.is_file()))
        scripts = [path for path in self.control.rglob("p*") if path.name in ("postinst", "prerm", "postrm")]
        self.assertEqual(len(scripts), 5)
        for script in [*scripts, self.root / "usr/lib/blindlink-agent/scheduled-run"]:
            output("sh", "-n", script)

    def test_the_resolver_takes_the_configuration_of_its_package(self):
        with tempfile.TemporaryDirectory() as folder:
            output(self.program("resolver"), "serve", "--check", "--config", self.configuration(folder))

    def configuration(self, folder):
        """The package's configuration with all its folders in `folder`, and certificates there."""
        output(self.root / "usr/share/blindlink/make-certs.sh", folder, "--site", "north")
        text = (self.root / "etc/blindlink/resolver.textproto").read_text(encoding="utf-8")
        for place in ("/etc/blindlink", "/var/lib", "/var/log/blindlink"):
            text = text.replace(place, folder)
        config = pathlib.Path(folder) / "resolver.textproto"
        config.write_text(text, encoding="utf-8")
        return config

    def test_the_resolver_tells_systemd_when_it_serves(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(f"{folder}/notify")
            told.settimeout(30)
            config = self.configuration(folder)
            text = config.read_text(encoding="utf-8").replace("0.0.0.0:7443", "127.0.0.1:0")
            config.write_text(text + f'port_file: "{folder}/port"\n', encoding="utf-8")
            resolver = subprocess.Popen([self.program("resolver"), "serve", "--config", config],
                                        env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"})
            try:
                self.assertEqual(told.recv(100), b"READY=1")
                port = int(pathlib.Path(f"{folder}/port").read_text(encoding="utf-8"))
                socket.create_connection(("127.0.0.1", port), timeout=10).close()
            finally:
                resolver.terminate()
                resolver.wait()

    # --- manual pages and completion ---------------------------------------------------------------------

    def test_every_command_has_a_manual_page_with_all_its_options(self):
        for name in PROGRAMS:
            pages = set()
            for path, text in self.commands(name):
                page = self.root / "usr/share/man/man1" / ("-".join(["blindlink-" + name, *path]) + ".1.gz")
                pages.add(page.name)
                manual = output("zcat", page).replace("\\-", "-")
                for option in options_of(text):
                    self.assertIn(f"\\fB{option}\\fR", manual, page.name)
                for line in text.split("Example", 1)[1:]:
                    for example in re.findall(r"(?m)^ +(blindlink-.*)", line):
                        self.assertIn(example.replace("\\", "\\e"), manual, page.name)
            held = {path.name for path in (self.root / "usr/share/man/man1").glob(f"blindlink-{name}*")}
            self.assertEqual(held, pages)

    def completed(self, name, lines):
        """What bash offers at the end of each line."""
        script = f"source {self.root}/usr/share/bash-completion/completions/blindlink-{name}\ncompopt() {{ :; }}\n"
        for line in lines:
            words = " ".join(f"'{word}'" for word in line)
            script += (f"COMP_WORDS=({words}) COMP_CWORD={len(line) - 1} COMPREPLY=()\n"
                       f"_blindlink_{name}\necho \"${{COMPREPLY[*]}}\"\n")
        return [offered.split() for offered in output("bash", "-c", script, cwd=ROOT).splitlines()]

    def test_bash_offers_the_options_and_commands_of_every_command(self):
        for name in PROGRAMS:
            commands = self.commands(name)
            offered = self.completed(name, [["blindlink-" + name, *path, "-"] for path, _ in commands])
            children = self.completed(name, [["blindlink-" + name, *path, ""] for path, _ in commands])
            for (path, text), options, words in zip(commands, offered, children, strict=True):
                self.assertEqual(set(options), options_of(text), path)
                below = {other[-1] for other, _ in commands if other[:-1] == path and other}
                self.assertEqual({word for word in words if not word.startswith("-")} & below, below, path)

    def test_bash_offers_what_an_option_takes(self):
        self.assertEqual(self.completed("agent", [
            ["blindlink-agent", "run", "--kind", ""], ["blindlink-agent", "run", "--input", "CHANGE"],
            ["blindlink-agent", "run", "--project", ""], ["blindlink-agent", "run", "--project", "keys", "--data"],
            ["blindlink-agent", "keys", "se"], ["blindlink-agent", "keys", "protect", "READ"]]), [
                ["append", "replacement", "correction"], ["CHANGELOG.md"], [], ["--dataset"], ["seal"], ["README.md"]])

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_its_completions(self):
        for file in (self.root / "usr/share/zsh/vendor-completions").iterdir():
            output("zsh", "-n", file)

    # --- units and guide --------------------------------------------------------------------------------------

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_services_expose_little(self):
        units = sorted((self.root / "lib/systemd/system").glob("*.service"))
        self.assertEqual(len(units), 3)
        for unit in units:
            said = output("systemd-analyze", "security", "--offline=yes", unit, stderr=subprocess.STDOUT)
            exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
            self.assertTrue(exposure, said)
            self.assertLessEqual(float(exposure[1]), 2.0, unit.name)

    def test_the_guide_s_commands_can_be_followed(self):
        parties, by_hand = set(), []
        for kind, argument, commands in bare_debian.guide.steps("operations.md") + bare_debian.guide.steps("packages.md"):
            if kind == "by hand":
                by_hand.append(argument)
                continue
            parties.add(argument.removeprefix("root@"))
            output("bash", "-n", "-c", commands)
            for program, option in re.findall(r"(blindlink-\w+) .*?(--[\w-]+)", commands):
                helps = "".join(text for _, text in self.commands(program.removeprefix("blindlink-")))
                self.assertIn(option, helps)
        self.assertEqual(parties, set(bare_debian.guide.PARTIES))
        self.assertEqual(by_hand, ["certificates", "words"])


if __name__ == "__main__":
    unittest.main()
