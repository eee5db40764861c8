// The Node.js driver as a client: reads all cases, then connects with each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MongoClient } from 'mongodb';

if (process.argv.includes('--version')) {
  const { version } = createRequire(import.meta.url)('mongodb/package.json');
  console.log(`Node.js driver ${version}, Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}`);
  process.exit();
}
const cases = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

// text is an error as Node.js shows it, with what caused it, without stacks.
function text(error) {
  const lines = [];
  for (let e = error; e && lines.length < 8; e = e.cause) {
    lines.push(`${e.name}: ${e.message}` + (e.code ? ` [${e.code}]` : ''));
  }
  return lines.join('\ncaused by ');
}

async function run({ id, uri }) {
  const began = performance.now();
  const answer = { id, connects: false, error: '' };
  let client;
  try {
    client = new MongoClient(uri);
    await client.db('admin').command({ ping: 1 });
    answer.connects = true;
  } catch (e) {
    answer.error = text(e);
  }
  answer.ms = Math.round(performance.now() - began);
  console.log(JSON.stringify(answer));
  await client?.close().catch(() => {});
}

async function worker() {
  for (let next = cases.shift(); next; next = cases.shift()) await run(next);
}
await Promise.all(Array.from({ length: 32 }, worker));
