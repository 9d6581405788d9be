// Generated from the contract vehicle-position (v1.schema.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
/** Where a vehicle was at one moment, as its device measured it. This is what a producer writes: of an event that was kept, only the fields of weight `reject` are sure to be as typed. */
export interface VehiclePositionV1 {
  /** Version of this contract that the event follows, 1.x. */
  readonly schemaVersion: string;
  /** The sender's id, when it has one. */
  readonly eventId?: string;
  /** Kind of sender and its name, separated by a colon. The unit of speed is part of what is agreed with a source: send km/h. */
  readonly source: string;
  /** The vehicle. */
  readonly vehicleId: string;
  /** The device that measured, when a vehicle can have several. */
  readonly deviceId?: string;
  /** When the position was fixed. */
  readonly eventTime: string;
  /** When the device sent the message. */
  readonly deviceTime?: string;
  /** Latitude in degrees, WGS 84. */
  readonly lat: number;
  /** Longitude in degrees, WGS 84. */
  readonly lon: number;
  /** Speed over ground in km/h. */
  readonly speedKmh?: number;
  /** Course over ground in degrees from north, clockwise. */
  readonly headingDeg?: number;
  /** Radius of the error in metres. */
  readonly accuracyM?: number;
  /** Height above sea level in metres. */
  readonly altitudeM?: number;
  /** Odometer in kilometres. */
  readonly odometerKm?: number;
  /** Whether the ignition is on. */
  readonly ignition?: boolean;
  /** The device's message counter. */
  readonly seq?: number;
  /** Shipments on board, when the sender knows them. */
  readonly shipmentIds?: readonly string[];
}
