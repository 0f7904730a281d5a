#!/usr/bin/env python3
"""Compares what every target declares (DEPS) with what its files include.

Fails on an include that no direct dependency covers, a dependency that no file uses, a cycle of
libraries, and a source that no target builds, so that the dependencies in the CMakeLists.txt files are
those of the code. Prints every violation.

    tests/include_check.py [--root FOLDER]
"""
import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

# The include prefixes of other projects' targets. The longest matching prefix counts; if it names
# several targets, any of them covers the header.
FOREIGN = {
    'CLI/': ['CLI11::CLI11'],
    'absl/cleanup/': ['absl::cleanup'],
    'absl/functional/function_ref.h': ['absl::function_ref'],
    'absl/hash/': ['absl::hash'],
    'absl/memory/': ['absl::memory'],
    'absl/status/status.h': ['absl::status'],
    'absl/status/statusor.h': ['absl::statusor'],
    'absl/strings/': ['absl::strings'],
    'absl/strings/str_format.h': ['absl::str_format'],
    'absl/time/': ['absl::time'],
    'absl/types/span.h': ['absl::span'],
    'benchmark/': ['benchmark::benchmark_main'],
    'blindlink/': ['proto_messages'],
    'curl/': ['CURL::libcurl'],
    'expat.h': ['EXPAT::EXPAT'],
    'google/protobuf/': ['proto_messages'],
    'expat.h': ['EXPAT::EXPAT'],
    'gmock/': ['GTest::gmock'],
    'grpcpp/': ['gRPC::grpc++'],
    'gtest/': ['GTest::gtest'],
    'httplib.h': ['PkgConfig::cpp-httplib'],
    'libdeflate.h': ['PkgConfig::libdeflate'],
    'openssl/err.h': ['OpenSSL::SSL'],
    'openssl/ssl.h': ['OpenSSL::SSL'],
    'phonenumbers/': ['phonenumber'],
    'prometheus/': ['prometheus-cpp::core'],
    'rocksdb/': ['RocksDB::rocksdb'],
    'seccomp.h': ['PkgConfig::libseccomp'],
    'simdjson.h': ['simdjson::simdjson'],
    'lz4.h': ['PkgConfig::liblz4'],
    'snappy.h': ['Snappy::snappy'],
    'spdlog/': ['spdlog::spdlog'],
    'sodium.h': ['PkgConfig::libsodium'],
    'sqlite3.h': ['SQLite::SQLite3'],
    'unicode/': ['ICU::uc', 'ICU::i18n'],
    'zlib.h': ['ZLIB::ZLIB'],
    'zstd.h': ['zstd::libzstd_shared'],
}
# Linked but never included, or added to all targets of a kind by the functions in cmake/.
UNCHECKED = {'Threads::Threads', '${CMAKE_DL_LIBS}', 'ICU::i18n'}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.M)
TARGET = re.compile(r'\bblindlink_(library|program|test|fuzzer|integration_test)\(\s*([^)]*)\)')
LINKED = re.compile(r'\btarget_link_libraries\(\s*(\w+)\s+(?:PRIVATE|PUBLIC)\s+([^)]*)\)')
KEYWORDS = ('SOURCES', 'DEPS', 'LABELS', 'TIMEOUT', 'INCLUDES')
FLAGS = ('ALWAYS',)
GIVEN = {'test': {'GTest::gtest', 'GTest::gmock'}, 'integration_test': {'GTest::gtest', 'GTest::gmock'}}


class Target:
    def __init__(self, name, kind, folder):
        self.name, self.kind, self.folder = name, kind, folder
        self.deps, self.files = [], []


def arguments(text):
    """The arguments of a call as {'': [...], 'SOURCES': [...], 'DEPS': [...]}."""
    found, key = defaultdict(list), ''
    for word in re.sub(r'#.*', '', text).replace('"', ' ').split():
        if word in KEYWORDS:
            key = word
        elif word not in FLAGS:
            found[key].append(word)
    return found


def read_targets(root):
    targets = []
    for path in sorted(root.glob('**/CMakeLists.txt')):
        folder = path.parent
        if folder.relative_to(root).parts[:1] in (('build',), ('proto',)):
            continue
        text = re.sub(r'(?ms)^function\(.*?^endfunction\(\)', '', path.read_text())
        linked = defaultdict(list)
        for name, words in LINKED.findall(text):
            linked[name] += words.split()
        for kind, words in TARGET.findall(text):
            given = arguments(words)
            name = given[''][0]
            target = Target(name, kind, folder)
            target.deps = given['DEPS'] + linked[name]
            sources = given['SOURCES']
            if kind == 'fuzzer':
                sources = [f'{name}_fuzzer.cc']
            if kind == 'integration_test':
                sources, target.deps = [f'{name}_test.cc'], given[''][1:] + ['tests_network']
            target.files = [folder / s for s in sources if '$' not in s]
            targets.append(target)
    own_headers(targets, root)
    return targets


def own_headers(targets, root):
    """A header belongs to the target with the source of the same name, else to the library of its folder,
    else (a header of tests) to every target that includes it."""
    sources = {f.with_suffix('.h'): t for t in targets for f in t.files}
    libraries = {t.folder: t for t in targets if t.kind == 'library'}
    for header in sorted(h for folder in {t.folder for t in targets} for h in folder.glob('*.h')):
        owner = sources.get(header, libraries.get(header.parent))
        if owner:
            owner.files.append(header)
    owned = {f for t in targets for f in t.files}
    for target in targets:
        for file in target.files:  # grows during the loop
            for include in includes_of(file):
                header = root / include
                if header.exists() and header not in owned and header not in target.files:
                    target.files.append(header)


def includes_of(file):
    return [a or b for a, b in INCLUDE.findall(file.read_text())] if file.exists() else []


def covering(include, owners, root):
    """The targets that cover an include; None for headers of the language or the system."""
    if (root / include) in owners:
        return sorted(owners[root / include])
    if include.endswith('.grpc.pb.h'):
        return ['proto_services']
    if include.startswith('absl/container/'):
        return ['absl::' + Path(include).stem]
    best = max((p for p in FOREIGN if include.startswith(p)), key=len, default=None)
    return FOREIGN[best] if best else None


def header_owners(targets):
    holders = defaultdict(set)
    for target in targets:
        for file in target.files:
            if file.suffix == '.h':
                holders[file].add(target.name)
    return {file: names for file, names in holders.items()}


def violations(root):
    targets = read_targets(root)
    owners = header_owners(targets)
    found = []
    for target in targets:
        used = set()
        here = target.folder.relative_to(root)
        for file in target.files:
            if not file.exists():
                found.append(f'{here}/CMakeLists.txt: {file.name} does not exist')
                continue
            for include in includes_of(file):
                covers = covering(include, owners, root)
                if covers is None or target.name in covers:
                    continue
                used.update(covers)
                if not set(covers) & (set(target.deps) | GIVEN.get(target.kind, set())):
                    found.append(f'{file.relative_to(root)}: includes {include}, but {target.name} does not '
                                 f'depend on {" or ".join(covers)}')
        for dep in target.deps:
            if dep not in used | UNCHECKED:
                found.append(f'{here}/CMakeLists.txt: {target.name} depends on {dep}, but no file includes it')
        for dep in {d for d in target.deps if target.deps.count(d) > 1}:
            found.append(f'{here}/CMakeLists.txt: {target.name} lists {dep} twice')
    built = {f for t in targets for f in t.files}
    for folder in sorted({t.folder for t in targets}):
        found += [f'{file.relative_to(root)}: no target of its folder builds it'
                  for file in sorted(folder.glob('*.cc')) if file not in built]
    return found + circles({t.name: t.deps for t in targets})


def circles(deps):
    found, done = [], set()

    def walk(name, way):
        if name in way:
            found.append(' -> '.join(way[way.index(name):] + [name]) + ': a cycle of libraries')
        elif name in deps and name not in done:
            for dep in deps[name]:
                walk(dep, way + [name])
            done.add(name)

    for name in sorted(deps):
        walk(name, [])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--root', type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root.resolve()
    found = violations(root)
    print('\n'.join(found) if found else 'includes: every one is covered by a declared dependency')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
