/** Lines of the objects in bronze and quarantine, packed and unpacked (docs/bronze.md). */
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Large enough for a usual object in one piece; the default of 16 KB returns from the compressor a dozen times a batch. */
const CHUNK_BYTES = 512 * 1024;
/** The fastest of those that save as much: the next three levels are slower and pack such lines no better (decision 0104). */
const LEVEL = 1;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Zstandard (RFC 8878), one frame that states its size. The same lines give the same bytes. */
export const packLines = (lines: Buffer): Buffer => zstdCompressSync(lines, { chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });

/**
 * The lines of an object, each with its line feed. Its first bytes say how it is packed: objects from before decision 0104 are gzip.
 * @throws Error of zlib for bytes that are neither, or cut short.
 */
export const unpackLines = (object: Buffer): Buffer => (object[0] === GZIP_MAGIC[0] && object[1] === GZIP_MAGIC[1] ? gunzipSync(object) : zstdDecompressSync(object));
