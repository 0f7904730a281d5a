// blindlink-keyserver: helps the sites of a project to make the tokens of oblivious match keys,
// without seeing what they are made of, and counts how many it makes for whom.
#include "CLI/App.hpp"
#include "common/cli/program.h"
#include "keyserver/commands/commands.h"

int main(int argc, char** argv) {
  blindlink::Program program(
      "blindlink-keyserver",
      "Blindlink's key server: helps the sites of a project to make the tokens of oblivious match "
      "keys, and sees neither values nor tokens");
  program.Add(blindlink::keyserver::AddInitCommand(program.app()));
  program.Add(blindlink::keyserver::AddPublicKeyCommand(program.app()));
  program.Add(blindlink::keyserver::AddServeCommand(program.app()));
  program.Add(blindlink::keyserver::AddUsageCommand(program.app()));
  blindlink::EndProcess("blindlink-keyserver", program.Run(argc, argv));
}
