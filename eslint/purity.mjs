/** Domain code is pure: no clock, no randomness, no environment, no SDK, no files. Time and ids come in as arguments. */
const clock = 'Domain code reads no clock: take the time as an argument.';
const chance = 'Domain code uses no randomness: take the value as an argument.';
const machine = 'The answer depends on the locale or time zone of the machine: say it, for example new Intl.NumberFormat("en-US").';
const outside = 'Domain code makes no calls.';

const TIMERS = ['performance', 'setTimeout', 'setInterval', 'setImmediate'];
const CALLS = ['fetch', 'WebSocket', 'XMLHttpRequest'];
const RANDOM = ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues', 'webcrypto', 'generateKey', 'generateKeySync', 'generateKeyPair', 'generateKeyPairSync'];

const forbidden = (names, message) => names.map((name) => ({ name, message }));

export const purity = {
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        { group: ['node:*', '!node:crypto', 'crypto', 'fs', 'fs/*', 'path', 'os', 'http', 'https', 'net', 'process', 'timers', 'timers/*', 'child_process'], message: 'Domain code touches no files, network, timers or processes.' },
        { group: ['@aws-sdk/*', 'aws-cdk-lib', 'aws-cdk-lib/*'], message: 'Domain code knows no SDK.' },
        { group: ['node:crypto'], importNames: RANDOM, message: chance },
      ],
    }],
    'no-restricted-globals': ['error', { name: 'process', message: 'Domain code reads no environment.' }, ...forbidden(TIMERS, clock), ...forbidden(CALLS, outside)],
    'no-restricted-properties': ['error',
      { object: 'Date', property: 'now', message: clock },
      { object: 'Math', property: 'random', message: chance },
      ...RANDOM.map((property) => ({ object: 'crypto', property, message: chance })),
      ...['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'getTimezoneOffset'].map((property) => ({ property, message: machine })),
    ],
    'no-restricted-syntax': ['error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clock },
      { selector: "CallExpression[callee.name='Date']", message: clock },
      { selector: ":matches(NewExpression, CallExpression)[callee.object.name='Intl'][arguments.length=0]", message: machine },
      { selector: ":matches(NewExpression, CallExpression)[callee.object.name='Intl'] > Identifier.arguments[name='undefined']:first-child", message: machine },
      { selector: "CallExpression[callee.property.name='localeCompare'][arguments.length<2]", message: machine },
      { selector: 'TSEnumDeclaration', message: 'Use an `as const` object.' },
    ],
  },
};
