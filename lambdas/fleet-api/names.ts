/** Environment variables of fleet-api: the template sets them, the handler requires them. */
export const FLEET_API_ENV = {
  vehiclesTable: 'VEHICLE_PAGES_TABLE',
  shipmentsTable: 'SHIPMENTS_TABLE',
  /** Whose shipments a partner may see. */
  accessTable: 'ACCESS_TABLE',
  /** Age of what is held from which it is read again while answers go on, and from which they wait for it. */
  refreshSeconds: 'REFRESH_SECONDS',
  boundSeconds: 'BOUND_SECONDS',
  /** Minutes without news after which a vehicle counts as silent. */
  silentMinutes: 'SILENT_MINUTES',
  /** Hours that a vehicle stays on the map without news. */
  keptHours: 'POSITION_HOURS',
} as const;

/** Paths that it answers, as the OpenAPI document names them. */
export const FLEET_ROUTES = { vehicles: '/v1/vehicles', vehicle: '/v1/vehicles/{id}' } as const;
