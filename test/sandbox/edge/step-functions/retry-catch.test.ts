import { ServiceError } from '../../../../sandbox/edge/step-functions/run/host.ts';
import { functionError, Lab, task, TurnedClock } from './lab.ts';

let lab: Lab;
afterEach(() => lab.close());

it('retries per retrier with back-off up to the longest delay, then catches with Assign and Output', async () => {
  const clock = new TurnedClock();
  let calls = 0;
  lab = new Lab({
    lambda: () => {
      calls += 1;
      throw calls <= 3 ? new ServiceError('TooManyRequestsException', 'Rate exceeded', { status: 429 }) : functionError('DataError', 'bad');
    },
  }, clock);
  const Retry = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 5 }, { ErrorEquals: ['Other'] }];
  const Catch = [{ ErrorEquals: ['DataError'], Assign: { why: '{% $states.errorOutput.Error %}' }, Output: '{% $states.input %}', Next: 'Caught' }];

  const output = await lab.output({ Work: task({ Retry, Catch }), Caught: { Type: 'Pass', Output: "{% {'why': $why, 'in': $states.input} %}", End: true } }, { day: 1 });

  expect(output).toEqual({ why: 'DataError', in: { day: 1 } });
  expect(clock.slept).toEqual([2000, 6000, 10_000]);
});
