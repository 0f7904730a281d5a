#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// What is delivered without a street. Takes the words of all of the following out of `words` and
// writes them into `parts`; address_unit.h is next.
void TakeDelivery(AddressWords* words, AddressParts* parts);

// UNIT 2050 BOX 4190, PSC 12 BOX 3, CMR 4 BOX 5 as the street's name; APO AE 09012 is left out.
void TakeMilitary(AddressWords* words, AddressParts* parts);

// RR 2 BOX 30, RURAL ROUTE 2, HC 1 BOX 2, STAR ROUTE 4 BOX 5 as the street's name: "RR 2 BOX 30".
// Behind a street they say nothing more.
void TakeRuralRoute(AddressWords* words, AddressParts* parts);

// PO BOX 12, P O BOX 12, POST OFFICE BOX 12, GPO BOX 12, BOX 12, APARTADO 12.
void TakePoBox(AddressWords* words, AddressParts* parts);

// Puerto Rico: URB LAS GLADIOLAS 150 CALLE A, and behind the street.
void TakeUrbanization(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
