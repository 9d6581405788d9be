// Generated from the contract vehicle-position (contract.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
import type { ContractRuntime } from '../../model.ts';
import { validate as validateV1 } from './v1.validate.ts';
import { decoder as decoderV1 } from './v1.decode.ts';

/** All that a handler needs of the contract: no file is read at run time. */
export const contract: ContractRuntime = {
  descriptor: {
    "name": "vehicle-position",
    "description": "Positions of vehicles as their devices measure them.",
    "owner": "logistics-platform",
    "consumers": [
      {
        "name": "track-vehicles",
        "reads": [
          "/vehicleId",
          "/eventTime",
          "/deviceTime",
          "/lat",
          "/lon",
          "/speedKmh",
          "/headingDeg",
          "/shipmentIds"
        ]
      },
      {
        "name": "silver.vehicle_position",
        "reads": [
          "*"
        ]
      }
    ],
    "entityKey": "vehicleId",
    "eventTime": "eventTime",
    "identity": [
      "source",
      "vehicleId",
      "eventTime",
      "seq",
      "lat",
      "lon"
    ],
    "content": [
      "eventTime",
      "lat",
      "lon",
      "speedKmh",
      "headingDeg"
    ],
    "personalData": [
      "/lat",
      "/lon"
    ],
    "stream": {
      "mode": "provisioned",
      "shards": 1,
      "retentionHours": 24
    },
    "bronzeRetentionDays": 400,
    "freshnessMinutes": 20,
    "silenceMinutes": 10
  },
  versions: [
    { major: 1, version: '1.0', validate: validateV1, decoder: decoderV1 },
  ],
};
