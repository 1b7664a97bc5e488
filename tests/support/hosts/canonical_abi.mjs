// The canonical ABI on the host's side of a core module: reads values of WIT types from a guest's memory and writes them into it. Rules have the
// names that they have in github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md (executable: canonical-abi/definitions.py
// beside it); where that text says trap_if, this file throws a Trap. Types are those of readWit() in wit.mjs, handles those of handle_table.mjs.
//
// In JavaScript a record is an object (a tuple an array), a variant is { tag, value }, u64 is a BigInt, list<u8> is a Buffer, and a resource
// is an object of a class that extends Resource.
import { Trap, trapIf } from "./handle_table.mjs";

export const ok = (value) => ({ tag: "ok", value });
export const error = (value) => ({ tag: "error", value });
export const some = (value) => ({ tag: "some", value });
export const none = { tag: "none" };

// --- Alignment and Size: how many bytes a type takes in memory. No variant of WASI has more than 256 cases, so its number is one byte. ---

const byte = { kind: "u8" };
const integerBytes = { u8: 1, u16: 2, u32: 4, u64: 8, own: 4, borrow: 4 };
const alignTo = (offset, alignment) => Math.ceil(offset / alignment) * alignment;
/** Computes once for each type, since types never change and every call needs them. */
function remembered(compute) {
  const known = new WeakMap();
  return (type) => {
    if (!known.has(type)) known.set(type, compute(type));
    return known.get(type);
  };
}
const partsOf = (type) => (type.fields ?? type.cases ?? []).map(([, part]) => part).filter((part) => part !== null);

export const alignmentOf = remembered((type) => {
  if (type.kind === "string" || type.kind === "list") return 4;
  return integerBytes[type.kind] ?? Math.max(1, ...partsOf(type).map(alignmentOf));
});

export const sizeOf = remembered((type) => {
  if (type.kind === "string" || type.kind === "list") return 8;
  if (type.kind === "record") return alignTo(offsetsIn(type).at(-1), alignmentOf(type));
  if (type.kind === "variant")
    return alignTo(payloadOffset(type) + Math.max(0, ...partsOf(type).map(sizeOf)), alignmentOf(type));
  return integerBytes[type.kind];
});

/** Where the fields of a record begin, and where the last one ends. */
const offsetsIn = remembered((type) => {
  let end = 0;
  const offsets = type.fields.map(([, field]) => {
    const offset = alignTo(end, alignmentOf(field));
    end = offset + sizeOf(field);
    return offset;
  });
  return [...offsets, end];
});

const payloadOffset = remembered((type) => alignTo(1, Math.max(1, ...partsOf(type).map(alignmentOf))));

// --- Flattening: the core values that stand for a type in a call. ---

const maxFlatParams = 16;
const maxFlatResults = 1;

export const flatten = remembered((type) => {
  switch (type.kind) {
    case "u64":
      return ["i64"];
    case "string":
    case "list":
      return ["i32", "i32"];
    case "record":
      return partsOf(type).flatMap(flatten);
    case "variant":
      return ["i32", ...joined(partsOf(type).map(flatten))];
    default:
      return ["i32"];
  }
});

/** The cases of a variant share their places; a place that is i64 in one case is i64 in all. */
function joined(cases) {
  const length = Math.max(0, ...cases.map((flat) => flat.length));
  return Array.from({ length }, (_, i) => (cases.some((flat) => flat[i] === "i64") ? "i64" : "i32"));
}

// --- Loading, Storing, Lifting, Lowering ---

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Fills padding and the unused rest of a variant's payload: a guest must not rely on these bytes. */
const rubbish = 0xee;

/** The border to one guest. `exports`: the exports of the guest's core module, memory and cabi_realloc. */
export class Border {
  #view = new DataView(new ArrayBuffer(0));
  #mayLeave = true;

  constructor(exports, table) {
    this.exports = exports;
    this.table = table;
  }

  /** Makes the core function that a guest imports for a function of this type. `perform` takes and gives values of WIT types. */
  lower({ kind, resource, params, result }, perform) {
    if (kind === "drop") return (handle) => (this.#leave(), perform(this.table.remove(handle >>> 0, resource)));
    const flatParams = params.flatMap(flatten);
    const flatResults = result === null ? [] : flatten(result);
    if (flatParams.length > maxFlatParams)
      throw new Error("no function of WASI 0.2 that is here has so many parameters");
    const needsArea = flatResults.length > maxFlatResults;
    return (...flat) => {
      this.#leave();
      const area = needsArea ? flat.pop() >>> 0 : 0;
      if (flat.length !== flatParams.length) throw new Error(`${flat.length} core values, not ${flatParams.length}`);
      const values = flat.values();
      const args = params.map((type) => this.#lift(type, () => values.next().value));
      if (needsArea) this.#checkRange(area, sizeOf(result), alignmentOf(result), "the area for the result");
      const value = perform(...args);
      if (needsArea) this.#storeAnew(result, area, value);
      else if (result !== null) return lowerFlat(result, value, this.table);
    };
  }

  /** Traps while cabi_realloc runs: a guest may call nothing then (may_leave). */
  #leave() {
    trapIf(!this.#mayLeave, "a call out of cabi_realloc");
  }

  get #memory() {
    const { buffer } = this.exports.memory;
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer); // The memory has grown.
    return this.#view;
  }

  #bytes(at, length) {
    return Buffer.from(this.#memory.buffer, at, length);
  }

  #checkRange(at, length, alignment, what) {
    trapIf(at % alignment !== 0, `${what} at ${at} is not aligned to ${alignment}`);
    trapIf(at + length > this.#memory.byteLength, `${what}: ${length} bytes at ${at} are not all in memory`);
  }

  #allocate(alignment, length) {
    this.#mayLeave = false;
    const at = this.exports.cabi_realloc(0, 0, alignment, length) >>> 0;
    this.#mayLeave = true;
    this.#checkRange(at, length, alignment, "what cabi_realloc gave");
    return at;
  }

  /** Makes a value of a WIT type from core values; `next` gives these in turn. */
  #lift(type, next) {
    switch (type.kind) {
      case "u8":
      case "u16":
      case "u32":
        return Number(BigInt.asUintN(8 * integerBytes[type.kind], BigInt(next())));
      case "u64":
        return BigInt.asUintN(64, next());
      case "own":
        return this.table.remove(next() >>> 0, type.resource);
      case "borrow":
        return this.table.get(next() >>> 0, type.resource);
      case "string":
      case "list":
        return this.#loadList(type, next() >>> 0, next() >>> 0);
      case "record":
        return Object.fromEntries(type.fields.map(([name, field]) => [name, this.#lift(field, next)]));
      default:
        return this.#liftVariant(type, next);
    }
  }

  #liftVariant(type, next) {
    const number = next() >>> 0;
    const [tag, payload] = caseOf(type, number);
    const have = flatten(type).slice(1);
    const wanted = payload === null ? [] : flatten(payload);
    const flat = have.map((core, i) =>
      core === "i64" && wanted[i] === "i32" ? Number(BigInt.asIntN(32, next())) : next(),
    );
    const values = flat.values();
    return { tag, value: payload === null ? undefined : this.#lift(payload, () => values.next().value) };
  }

  #load(type, at) {
    switch (type.kind) {
      case "u32":
        return this.#memory.getUint32(at, true);
      case "own":
        return this.table.remove(this.#memory.getUint32(at, true), type.resource);
      case "borrow":
        return this.table.get(this.#memory.getUint32(at, true), type.resource);
      default:
        throw new Error(`nobody sends a list of ${type.kind}`);
    }
  }

  #loadList(type, at, count) {
    const element = type.element ?? byte;
    this.#checkRange(at, count * sizeOf(element), alignmentOf(element), `a ${type.kind}`);
    if (element.kind !== "u8")
      return Array.from({ length: count }, (_, i) => this.#load(element, at + i * sizeOf(element)));
    const bytes = Buffer.from(this.#bytes(at, count)); // A copy.
    return type.kind === "string" ? textOf(bytes) : bytes;
  }

  #storeAnew(type, at, value) {
    this.#bytes(at, sizeOf(type)).fill(rubbish);
    this.#store(type, at, value);
  }

  #store(type, at, value) {
    switch (type.kind) {
      case "u8":
        return this.#memory.setUint8(at, value);
      case "u16":
        return this.#memory.setUint16(at, value, true);
      case "u32":
        return this.#memory.setUint32(at, value, true);
      case "u64":
        return this.#memory.setBigUint64(at, value, true);
      case "own":
        return this.#memory.setUint32(at, this.table.insert(type.resource, value), true);
      case "string":
        return this.#storeList(byte, at, Buffer.from(value));
      case "list":
        return this.#storeList(type.element, at, value);
      case "record": {
        const offsets = offsetsIn(type);
        return type.fields.forEach(([name, field], i) => this.#store(field, at + offsets[i], value[name]));
      }
      default: {
        const number = numberOf(type, value.tag);
        this.#memory.setUint8(at, number);
        const [, payload] = type.cases[number];
        if (payload !== null) this.#store(payload, at + payloadOffset(type), value.value);
      }
    }
  }

  /** Stores a list. It asks for memory even when the list is empty. */
  #storeList(element, at, values) {
    const stride = sizeOf(element);
    const block = this.#allocate(alignmentOf(element), values.length * stride);
    if (element.kind === "u8") this.#bytes(block, values.length).set(values);
    else values.forEach((value, i) => this.#storeAnew(element, block + i * stride, value));
    this.#memory.setUint32(at, block, true);
    this.#memory.setUint32(at + 4, values.length, true);
  }
}

/** Lowers a result that is one core value. */
function lowerFlat(type, value, table) {
  if (type.kind === "own") return table.insert(type.resource, value);
  return type.kind === "variant" ? numberOf(type, value.tag) : value;
}

function caseOf(type, number) {
  trapIf(number >= type.cases.length, `${number} is no case of ${type.cases.map(([tag]) => tag)}`);
  return type.cases[number];
}

function numberOf(type, tag) {
  const number = type.cases.findIndex(([each]) => each === tag);
  if (number < 0) throw new Error(`${tag} is no case of ${type.cases.map(([each]) => each)}`);
  return number;
}

function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Trap(`a string that is not UTF-8: ${bytes.toString("latin1")}`);
  }
}
