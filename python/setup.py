"""Builds the wheel.

The messages of proto/ go into it as one file of descriptors, from which the package makes their classes as it is
loaded. So a wheel needs no compiler where it is installed, and fits every later release of protobuf.
"""

import pathlib

import setuptools
from setuptools.command.build_py import build_py

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
SERVICES = ("result_service", "entity_change_service", "access_service")


class BuildWithMessages(build_py):
    """Also writes blindlink/messages.binpb."""

    def run(self):
        super().run()
        from grpc_tools import protoc  # of the build alone

        if not PROTO.is_dir():
            raise SystemExit(f"{PROTO} is missing: build the package within Blindlink's source tree")
        out = pathlib.Path(self.build_lib) / "blindlink" / "messages.binpb"
        files = [str(PROTO / "blindlink" / "v1" / f"{name}.proto") for name in SERVICES]
        code = protoc.main(["protoc", f"--proto_path={PROTO}", "--include_imports", f"--descriptor_set_out={out}",
                            *files])
        if code != 0:
            raise SystemExit("the .proto files cannot be compiled")


setuptools.setup(cmdclass={"build_py": BuildWithMessages})
