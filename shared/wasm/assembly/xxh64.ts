// AssemblyScript. XXH64 with the seed of Spark's `xxhash64`, as destination-braze/delta/partition.ts has it.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

const seed: u64 = 42;
const prime1: u64 = 0x9e3779b185ebca87;
const prime2: u64 = 0xc2b2ae3d27d4eb4f;
const prime3: u64 = 0x165667b19e3779f9;
const prime4: u64 = 0x85ebca77c2b2ae63;
const prime5: u64 = 0x27d4eb2f165667c5;
const stripeBytes = 32;

export function xxh64(start: i32, length: i32): u64 {
  const end = start + length;
  let at = start;
  let hash: u64 = seed + prime5;
  if (length >= stripeBytes) {
    let one: u64 = seed + prime1 + prime2;
    let two: u64 = seed + prime2;
    let three: u64 = seed;
    let four: u64 = seed - prime1;
    for (; at + stripeBytes <= end; at += stripeBytes) {
      one = round(one, load<u64>(at));
      two = round(two, load<u64>(at, 8));
      three = round(three, load<u64>(at, 16));
      four = round(four, load<u64>(at, 24));
    }
    hash = rotl(one, 1) + rotl(two, 7) + rotl(three, 12) + rotl(four, 18);
    hash = merged(hash, one);
    hash = merged(hash, two);
    hash = merged(hash, three);
    hash = merged(hash, four);
  }
  hash += length;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * prime1 + prime4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * prime1), 23) * prime2 + prime3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * prime5), 11) * prime1;
  hash = (hash ^ (hash >> 33)) * prime2;
  hash = (hash ^ (hash >> 29)) * prime3;
  return hash ^ (hash >> 32);
}

function round(lane: u64, word: u64): u64 {
  return rotl(lane + word * prime2, 31) * prime1;
}

function merged(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * prime1 + prime4;
}
