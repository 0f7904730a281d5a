#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Places that mail is delivered to without a street. Each function moves its words from `words`
// into `parts`. TakeDelivery does all of the following and must come before address_unit.h.
void TakeDelivery(AddressWords* words, AddressParts* parts);

// UNIT 2050 BOX 4190, PSC 12 BOX 3, CMR 4 BOX 5: becomes the street name. APO AE 09012 is dropped.
void TakeMilitary(AddressWords* words, AddressParts* parts);

// RR 2 BOX 30, RURAL ROUTE 2, HC 1 BOX 2, STAR ROUTE 4 BOX 5: becomes the street name, "RR 2 BOX
// 30". Dropped after a street, to which it adds nothing.
void TakeRuralRoute(AddressWords* words, AddressParts* parts);

// PO BOX 12, P O BOX 12, POST OFFICE BOX 12, GPO BOX 12, BOX 12, APARTADO 12.
void TakePoBox(AddressWords* words, AddressParts* parts);

// Puerto Rico: URB LAS GLADIOLAS 150 CALLE A. The urbanization may also follow the street.
void TakeUrbanization(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
