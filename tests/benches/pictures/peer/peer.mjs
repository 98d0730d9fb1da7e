// The side of sharp (libvips) in `cargo dev bench pictures`: makes both renditions of every JPEG in a
// folder, with one thread and no cache.
//
// node peer.mjs FOLDER [--rounds N] [--out DIR] [--reference DIR]
//
// Prints one JSON object with the keys of the example `renditions`.
// --out writes the renditions.
// --reference writes both sizes as PNG, shrunk from the fully decoded picture. Otherwise sharp lets the
// JPEG decoder do a part of the shrinking.
//
// All files are read before the measurement and kept in memory. Reading them in each round would leave
// buffers to the garbage collector and take more memory.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const EDGES = { small: 320, large: 1600 };
const QUALITY = 80;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '1' },
    out: { type: 'string' },
    reference: { type: 'string' },
  },
});
const folder = positionals[0];
const rounds = Number(values.rounds);
sharp.concurrency(1);
sharp.cache(false);

const fit = (picture, edge) => picture.resize(edge, edge, { fit: 'inside', withoutEnlargement: true });
const both = (bytes) =>
  Promise.all([
    fit(sharp(bytes).rotate(), EDGES.small).webp({ quality: QUALITY }).toBuffer(),
    fit(sharp(bytes).rotate(), EDGES.large).jpeg({ quality: QUALITY }).toBuffer(),
  ]);
const write = (directory, name, bytes) => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), bytes);
};

async function writeReference(directory, name, bytes) {
  const { data, info } = await sharp(bytes).rotate().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const [size, edge] of Object.entries(EDGES)) {
    const picture = fit(sharp(data, { raw }), edge);
    write(directory, `${name}.${size}.png`, await picture.png().toBuffer());
  }
}

const names = readdirSync(folder).filter((name) => /\.jpe?g$/i.test(name)).sort();
const pictures = names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
await both(pictures[0].bytes);
let bytesOut = 0;
let milliseconds = 0;
for (let round = 0; round < rounds; round++) {
  for (const { name, bytes } of pictures) {
    const start = performance.now();
    const [small, large] = await both(bytes);
    milliseconds += performance.now() - start;
    bytesOut += small.length + large.length;
    if (round > 0) continue;
    if (values.out) {
      write(values.out, `${name}.small.webp`, small);
      write(values.out, `${name}.large.jpeg`, large);
    }
    if (values.reference) await writeReference(values.reference, name, bytes);
  }
}
const count = Math.max(rounds * pictures.length, 1);
console.log(
  JSON.stringify({
    peer: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    threads: 1,
    pictures: pictures.length,
    msPerPicture: milliseconds / count,
    bytesPerPicture: Math.round(bytesOut / count),
    peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
