import process from 'node:process';
import { runCli } from './program.ts';
import { terminalIo } from './output/io.ts';

process.exitCode = await runCli(process.argv.slice(2), terminalIo());
