/** Runs pieces of work with a bound on how many at once. The first failure calls `failed`, nothing new starts, and it is thrown after all have ended. */
export async function settle<T>(work: readonly (() => Promise<T>)[], limit: number, failed: (error: unknown, index: number) => void): Promise<T[]> {
  const results = new Array<T>(work.length);
  let next = 0;
  let first: { readonly error: unknown } | undefined;

  const worker = async (): Promise<void> => {
    while (next < work.length && first === undefined) {
      const index = next++;
      try {
        const piece = work[index];
        if (piece !== undefined) results[index] = await piece();
      } catch (error) {
        if (first !== undefined) continue;
        first = { error };
        failed(error, index);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, work.length) }, worker));
  if (first !== undefined) throw first.error;
  return results;
}
