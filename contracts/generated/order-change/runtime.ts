// Generated from the contract order-change (contract.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
import type { ContractRuntime } from '../../model.ts';
import { validate as validateV1 } from './v1.validate.ts';
import { decoder as decoderV1 } from './v1.decode.ts';

/** All that a handler needs of the contract: no file is read at run time. */
export const contract: ContractRuntime = {
  descriptor: {
    "name": "order-change",
    "description": "Every change of a row in the orders database: orders, customers and carriers, as change data capture reads it from the log.",
    "owner": "order-management",
    "consumers": [
      {
        "name": "silver.order_changes",
        "reads": [
          "*"
        ]
      },
      {
        "name": "silver.orders",
        "reads": [
          "/op",
          "/table",
          "/key",
          "/after",
          "/sourceTs",
          "/position"
        ]
      },
      {
        "name": "silver.customers",
        "reads": [
          "/op",
          "/table",
          "/key",
          "/after",
          "/sourceTs",
          "/position"
        ]
      },
      {
        "name": "silver.carriers",
        "reads": [
          "/op",
          "/table",
          "/key",
          "/after",
          "/sourceTs",
          "/position"
        ]
      }
    ],
    "entityKey": "key",
    "eventTime": "sourceTs",
    "identity": [
      "schema",
      "table",
      "key",
      "position",
      "op"
    ],
    "content": [
      "op",
      "sourceTs",
      "after"
    ],
    "personalData": [
      "/after/name",
      "/before"
    ],
    "stream": {
      "mode": "provisioned",
      "shards": 1,
      "retentionHours": 168
    },
    "bronzeRetentionDays": 730,
    "freshnessMinutes": 20,
    "silenceMinutes": 60
  },
  versions: [
    { major: 1, version: '1.0', validate: validateV1, decoder: decoderV1 },
  ],
};
