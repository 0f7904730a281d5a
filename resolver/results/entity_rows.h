#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/base/byte_order.h"
#include "common/base/bytes16.h"

namespace blindlink::resolver {

// Files of a run beside those of result_rows.h (docs/formats/resolver_storage.md).

// entity_ids.rows, by rank: the id of the record's entity.
struct EntityIdRow {
  static constexpr size_t kSize = EntityId::kSize;
  EntityId id;

  void Encode(uint8_t* out) const { std::memcpy(out, id.bytes.data(), EntityId::kSize); }
  static EntityIdRow Decode(const uint8_t* in) { return {EntityId::FromBytes(in)}; }
};

// Why an entity is another one than in the run before. Values are persistent, those of
// v1::EntityChangeCause.
enum class EntityEventCause : uint8_t { kNewRecords = 1, kRecordsGone = 2, kDecidedAnew = 3 };

// entity_events.rows: some records of the entity `before` are in `entity` now.
struct EntityEventRow {
  static constexpr size_t kSize = 2 * EntityId::kSize + 4 + 2;
  EntityId before;
  EntityId entity;
  uint32_t records = 0;
  bool merged = false;  // no entity has the id `before` any more
  EntityEventCause cause = EntityEventCause::kDecidedAnew;

  void Encode(uint8_t* out) const {
    std::memcpy(out, before.bytes.data(), EntityId::kSize);
    std::memcpy(out + EntityId::kSize, entity.bytes.data(), EntityId::kSize);
    StoreBigEndian32(records, out + 2 * EntityId::kSize);
    out[kSize - 2] = merged ? 1 : 0;
    out[kSize - 1] = static_cast<uint8_t>(cause);
  }
  static EntityEventRow Decode(const uint8_t* in) {
    EntityEventRow row;
    row.before = EntityId::FromBytes(in);
    row.entity = EntityId::FromBytes(in + EntityId::kSize);
    row.records = LoadBigEndian32(in + 2 * EntityId::kSize);
    row.merged = in[kSize - 2] != 0;
    row.cause = static_cast<EntityEventCause>(in[kSize - 1]);
    return row;
  }

  friend bool operator==(const EntityEventRow&, const EntityEventRow&) = default;
  friend auto operator<=>(const EntityEventRow&, const EntityEventRow&) = default;
};

}  // namespace blindlink::resolver
