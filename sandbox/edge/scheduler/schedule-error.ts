/** A schedule says what does not exist, or what the sandbox cannot do. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}
