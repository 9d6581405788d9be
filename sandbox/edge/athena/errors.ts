/** An error of the caller, as Athena names it. */
export class AthenaRequestError extends Error {
  override readonly name = 'AthenaRequestError';
  readonly code: string;

  constructor(message: string, code = 'InvalidRequestException') {
    super(message);
    this.code = code;
  }
}
