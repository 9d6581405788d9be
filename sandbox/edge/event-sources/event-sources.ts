/**
 * Event sources of the sandbox: reads the mappings that are deployed to the control plane each second and runs one source for each
 * that reads a stream or a queue. What it must get right is written as tests in test/sandbox/event-sources.
 */
import { isDeepStrictEqual } from 'node:util';
import { asObject, type JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { MetricSink } from '../metric-sink.ts';
import type { BackgroundPart } from '../router-part.ts';
import { openCheckpointFolder } from './checkpoints.ts';
import { Pause, systemClock, type Clock } from './clock.ts';
import { openKinesisStream } from './kinesis-stream.ts';
import { parseMapping, type EventSourceMapping } from './mapping.ts';
import { createFailureDestination } from './on-failure.ts';
import { QueueSource } from './queue-source.ts';
import { openQueue } from './queue.ts';
import { dropReadChanges, finishedChanges } from './read-changes.ts';
import { createSourceMetrics } from './source-metrics.ts';
import { StreamSource, type SourceStatus } from './stream-source.ts';
import { openTableStream } from './table-stream.ts';

const LIST_MAPPINGS_MS = 1_000;
const DEFAULT_GRACE_MS = 5_000;

export interface EventSourcesOptions {
  readonly control: ControlClient;
  readonly invoker: Invoker;
  readonly sink: MetricSink;
  /** Folder of the checkpoint files. */
  readonly dir: string;
  readonly clock?: Clock;
  /** How long a stop waits for batches in flight, in milliseconds. Default 5,000. */
  readonly graceMs?: number;
}

export interface EventSourcesStatus {
  readonly sources: readonly SourceStatus[];
  /** Mappings that do not run, and why. */
  readonly refused: readonly { readonly uuid: string; readonly source: string; readonly why: string }[];
  /** The last error of listing the mappings. */
  readonly error?: string;
}

export interface EventSources extends BackgroundPart {
  start(): void;
  status(): EventSourcesStatus;
}

export function createEventSources(options: EventSourcesOptions): EventSources {
  const { control, invoker, sink, clock = systemClock, graceMs = DEFAULT_GRACE_MS } = options;
  const checkpoints = openCheckpointFolder(options.dir);
  const destination = createFailureDestination(control);
  const running = new Map<string, StreamSource | QueueSource>();
  const refused = new Map<string, { uuid: string; source: string; why: string }>();
  const pause = new Pause(clock);
  let stopping = false;
  let loop: Promise<void> | undefined;
  let lastError: string | undefined;
  let listed: readonly JsonObject[] = [];

  const open = (mapping: EventSourceMapping): StreamSource | QueueSource => {
    const metrics = createSourceMetrics(mapping, sink, clock);
    if (mapping.kind === 'sqs') return new QueueSource({ mapping, invoker, clock, metrics, queue: openQueue(control, mapping.sourceArn) });
    const stream = mapping.kind === 'kinesis' ? openKinesisStream(control, mapping.sourceName) : openTableStream(control, mapping.sourceArn);
    return new StreamSource({ mapping, invoker, destination, clock, stream, checkpoints: checkpoints.open(mapping.uuid), metrics });
  };

  /** A changed mapping stops at its checkpoint and goes on from there with the new settings. */
  async function follow(wanted: ReadonlyMap<string, EventSourceMapping>): Promise<void> {
    const gone = [...running.values()].filter((source) => !isDeepStrictEqual(source.mapping, wanted.get(source.mapping.uuid)));
    await Promise.all(gone.map((source) => source.stop(graceMs)));
    for (const source of gone) running.delete(source.mapping.uuid);

    for (const [uuid, mapping] of wanted) {
      if (stopping || running.has(uuid)) continue;
      const source = open(mapping);
      running.set(uuid, source);
      source.start();
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        listed = await listMappings(control);
        await follow(readMappings(listed, refused));
        lastError = undefined;
      } catch (error) {
        lastError = error instanceof Error ? error.message : String(error);
      }
      if (!stopping) await pause.wait(LIST_MAPPINGS_MS);
    }
  }

  return {
    name: 'event-sources',
    start() {
      loop ??= run();
    },
    async stop() {
      stopping = true;
      pause.wake();
      await Promise.all([loop, ...[...running.values()].map((source) => source.stop(graceMs))]);
      checkpoints.flush();
    },
    status: () => ({ sources: [...running.values()].map((source) => source.status()), refused: [...refused.values()], ...(lastError === undefined ? {} : { error: lastError }) }),
    flush() {
      // In this order: what is dropped must be behind the checkpoints that are on disk.
      const finished = finishedChanges(listed, running);
      checkpoints.flush();
      return dropReadChanges(control, finished);
    },
  };
}

async function listMappings(control: ControlClient): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (let marker: unknown = ''; typeof marker === 'string'; ) {
    const query = marker === '' ? '' : `?Marker=${encodeURIComponent(marker)}`;
    const page = await control.rest('lambda', 'GET', `/2015-03-31/event-source-mappings/${query}`);
    const mappings = page['EventSourceMappings'];
    if (Array.isArray(mappings)) found.push(...mappings.map(asObject));
    marker = page['NextMarker'] === '' ? undefined : page['NextMarker'];
  }
  return found;
}

/** Enabled mappings that can run; the others are left out, those that cannot be honoured with a reason. */
function readMappings(listed: readonly JsonObject[], refused: Map<string, { uuid: string; source: string; why: string }>): Map<string, EventSourceMapping> {
  const wanted = new Map<string, EventSourceMapping>();
  refused.clear();
  for (const raw of listed) {
    const uuid = String(raw['UUID']);
    const source = String(raw['EventSourceArn']);
    try {
      const mapping = parseMapping(raw);
      if (mapping.enabled) wanted.set(uuid, mapping);
    } catch (error) {
      refused.set(uuid, { uuid, source, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return wanted;
}
