// Reads one address per line from standard input and prints its parts, separated by tabs: house
// number, predirectional, street name, suffix, postdirectional, unit, PO box. Prints an empty line
// if nothing is usable.
#include <iostream>
#include <string>

#include "agent/standardize/standardize.h"

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    const blindlink::agent::StandardizeResult result =
        blindlink::agent::Standardize(blindlink::v1::STREET_ADDRESS, line, {});
    if (!result.values.empty()) {
      const blindlink::agent::AddressParts& parts =
          blindlink::agent::AddressOf(result.values.front());
      std::cout << parts.house_number << '\t' << parts.predirectional << '\t' << parts.street_name
                << '\t' << parts.suffix << '\t' << parts.postdirectional << '\t' << parts.unit
                << '\t' << parts.po_box;
    }
    std::cout << '\n';
  }
}
