/** The table did not take or give rows: throttled, failed or not answered. */
export class RefusedRowsError extends Error {
  override readonly name = 'RefusedRowsError';
}

/** Others keep writing the same rows: only a redrive beside the stream can do that, and it ends. */
export class ContendedRowsError extends Error {
  override readonly name = 'ContendedRowsError';
}
