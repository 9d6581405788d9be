/** Unpacks a deployment package: stored and deflated entries, no encryption, no ZIP64 (Lambda's limit is 250 MB unpacked). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = Buffer.from('PK\x05\x06', 'latin1');
const DEFLATED = 8;

/** The bytes are no ZIP archive that we can read. */
export class UnzipError extends Error {
  override readonly name = 'UnzipError';
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly localHeader: number;
  readonly next: number;
}

/** Writes every file of the archive below `directory`. @throws UnzipError */
export function unzip(archive: Buffer, directory: string): void {
  const end = archive.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) throw new UnzipError(`A deployment package of ${archive.length} bytes is no ZIP archive.`);

  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const entry = readEntry(archive, at);
    if (!entry.name.endsWith('/')) writeEntry(archive, entry, directory);
    at = entry.next;
  }
}

/** One record of the central directory (APPNOTE.TXT 4.3.12). */
function readEntry(archive: Buffer, at: number): Entry {
  const nameBytes = archive.readUInt16LE(at + 28);
  const extraBytes = archive.readUInt16LE(at + 30);
  const commentBytes = archive.readUInt16LE(at + 32);
  return {
    name: archive.toString('utf8', at + 46, at + 46 + nameBytes),
    method: archive.readUInt16LE(at + 10),
    packedBytes: archive.readUInt32LE(at + 20),
    localHeader: archive.readUInt32LE(at + 42),
    next: at + 46 + nameBytes + extraBytes + commentBytes,
  };
}

function writeEntry(archive: Buffer, entry: Entry, directory: string): void {
  if (entry.name.startsWith('/') || entry.name.split('/').includes('..')) throw new UnzipError(`A deployment package holds the path ${entry.name}, which leads out of its folder.`);

  const data = entry.localHeader + 30 + archive.readUInt16LE(entry.localHeader + 26) + archive.readUInt16LE(entry.localHeader + 28);
  const packed = archive.subarray(data, data + entry.packedBytes);
  const file = join(directory, entry.name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, entry.method === DEFLATED ? inflateRawSync(packed) : packed);
}
