// Writes pictures into one zip file. They are compressed already, so that they are stored as they are.
// Source: pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; ++bit) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function crcOf(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Little-endian fields: [bytes, value] pairs. */
function fieldsOf(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  return view;
}

/** MS-DOS time and date, as one number of 32 bits. */
function dosTime(at) {
  const date = new Date(at);
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  return ((day << 16) | (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)) >>> 0;
}

/** A picture as a file of a zip; throws where it cannot be had or read. */
async function fileOf(picture, name) {
  const blob = await blobOf(picture);
  const crc = crcOf(new Uint8Array(await blob.arrayBuffer()));
  return { name: name ?? nameOf({ ...picture, blob }), at: picture.at, blob, crc };
}

/** A zip of files. Names are made different from each other. */
function zipOf(files) {
  const parts = [];
  const directory = [];
  const names = new Set();
  let offset = 0;
  for (const { name, at, blob, crc } of files) {
    let own = name;
    for (let n = 2; names.has(own); ++n) own = name.replace(/(\.\w+)$/, ` (${n})$1`);
    names.add(own);
    const encoded = new TextEncoder().encode(own);
    // Version 2.0, names in UTF-8, stored.
    const head = [
      [2, 20],
      [2, 0x800],
      [2, 0],
      [4, dosTime(at)],
      [4, crc],
      [4, blob.size],
      [4, blob.size],
      [2, encoded.length],
      [2, 0],
    ];
    parts.push(fieldsOf([4, 0x04034b50], ...head), encoded, blob);
    directory.push(fieldsOf([4, 0x02014b50], [2, 20], ...head, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), encoded);
    offset += 30 + encoded.length + blob.size;
  }
  const length = directory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const count = [2, files.length];
  const end = fieldsOf([4, 0x06054b50], [2, 0], [2, 0], count, count, [4, length], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** Saves the pictures that are shown, and what is known of them. */
async function exportPictures() {
  const shown = shownPictures();
  part.export.disabled = true;
  const files = [];
  let bytes = 0;
  try {
    for (const picture of shown) {
      const file = await fileOf(picture).catch(() => null);
      // A zip without extensions holds 65,535 files and 4 GiB, with its directory and pictures.json.
      if (!file || files.length === 65_534 || bytes + file.blob.size > 4e9) continue;
      bytes += file.blob.size;
      files.push(file);
    }
    const lost = shown.length - files.length;
    const facts = shown.map(({ blob, references, id, ...rest }) => rest);
    const blob = new Blob([JSON.stringify(facts, null, 2)]);
    files.push(await fileOf({ blob, at: Date.now() }, "pictures.json"));
    saveFile(zipOf(files), `fluxgate ${dayOf(Date.now())}.zip`);
    toast(lost ? t("exportedLess", { lost }) : t("exported"));
  } finally {
    part.export.disabled = false;
  }
}
