/** Above this the library's way is the faster one. */
const FEW = 32;

/**
 * Sorts in place and stably, as `Array.sort` does. That one makes several arrays for each call: with the dozen entries of
 * a usual shipment they cost more than the sorting.
 */
export function sortFew<Value>(values: Value[], compare: (a: Value, b: Value) => number): Value[] {
  if (values.length > FEW) return values.sort(compare);
  for (let next = 1; next < values.length; next += 1) {
    const value = values[next] as Value;
    let at = next;
    for (; at > 0; at -= 1) {
      const before = values[at - 1] as Value;
      if (compare(before, value) <= 0) break;
      values[at] = before;
    }
    values[at] = value;
  }
  return values;
}
