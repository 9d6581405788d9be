// Generated from the contract shipment-event (contract.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
import type { ContractRuntime } from '../../model.ts';
import { validate as validateV1 } from './v1.validate.ts';
import { decoder as decoderV1 } from './v1.decode.ts';

/** All that a handler needs of the contract: no file is read at run time. */
export const contract: ContractRuntime = {
  descriptor: {
    "name": "shipment-event",
    "description": "Everything that happens to a shipment, planned, expected and actual, from carriers, partners and our own systems.",
    "owner": "logistics-platform",
    "consumers": [
      {
        "name": "track-shipments",
        "reads": [
          "/shipmentId",
          "/eventId",
          "/source",
          "/operation",
          "/retractsEventId",
          "/correctsEventId",
          "/sourceEventCode",
          "/references",
          "/eventType",
          "/eventClassifier",
          "/eventTime",
          "/publishedTime",
          "/location/unLocode",
          "/location/facilityCode",
          "/location/name",
          "/location/city",
          "/reason",
          "/equipment/empty",
          "/order",
          "/sensor",
          "/transport/voyage",
          "/transport/vehicleId",
          "/transport/vesselImo"
        ]
      },
      {
        "name": "silver.shipment_event",
        "reads": [
          "*"
        ]
      }
    ],
    "entityKey": "shipmentId",
    "eventTime": "eventTime",
    "identity": [
      "source",
      "eventId"
    ],
    "content": [
      "operation",
      "retractsEventId",
      "correctsEventId",
      "eventType",
      "eventClassifier",
      "place",
      "eventTime",
      "reason.code",
      "neutral"
    ],
    "personalData": [
      "/reason/text",
      "/transport/licencePlate",
      "/order/customerId",
      "/extensions"
    ],
    "stream": {
      "mode": "provisioned",
      "shards": 1,
      "retentionHours": 168
    },
    "bronzeRetentionDays": 730,
    "freshnessMinutes": 20,
    "silenceMinutes": 30
  },
  versions: [
    { major: 1, version: '1.0', validate: validateV1, decoder: decoderV1 },
  ],
  sentinels: {"*":["N/A","n/a","NULL","Date Not Captured","Freight Included in Commodity Cost"],"X12_214:FDEG":["UNKNOWN","00000000"]},
};
