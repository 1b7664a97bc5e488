// What a guest of the component model holds: handles to resources. The rules are those of "Table State", lift_own, lift_borrow, lower_own and
// resource.drop in github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md.

/** What a guest did wrong. Its instance cannot go on. */
export class Trap extends Error {}

export function trapIf(condition, message) {
  if (condition) throw new Trap(message);
}

/** What a handle stands for. A child must be dropped, or given away, before its parent. */
export class Resource {
  childCount = 0;

  constructor(host, parent = null) {
    this.host = host;
    this.parent = parent;
  }
  /** The guest has dropped its handle. */
  dropped() {}
}

/**
 * The resources that a guest holds, by handle. A real table gives numbers anew; here each is given once, so that a handle that was dropped
 * never means another resource by chance.
 *
 * The canonical ABI also forbids to give away what is lent to a call that is under way; no function of WASI 0.2 that is here lends and takes
 * the same type, so that cannot happen.
 */
export class HandleTable {
  #entries = new Map(); // handle -> { type, resource }
  #last = 0; // Place 0 stays empty.

  insert(type, resource) {
    this.#last += 1;
    this.#entries.set(this.#last, { type, resource });
    if (resource.parent !== null) resource.parent.childCount += 1;
    return this.#last;
  }

  get(handle, type) {
    const entry = this.#entries.get(handle);
    trapIf(entry === undefined, `${handle} is no handle, or not any more, where ${type.name} is wanted`);
    trapIf(entry.type !== type, `handle ${handle} is ${entry.type.name}, not ${type.name}`);
    return entry.resource;
  }

  /**
   * Takes it out, to drop it or to give it away. That a parent with children traps is no rule of the canonical ABI but one of WASI: each
   * function that makes a child says so in WIT, and wasmtime does it for every resource (ResourceTableError::HasChildren).
   */
  remove(handle, type) {
    const resource = this.get(handle, type);
    trapIf(resource.childCount > 0, `${type.name} ${handle} is dropped or given away before its ${resource.childCount} children`);
    this.#entries.delete(handle);
    if (resource.parent !== null) resource.parent.childCount -= 1;
    return resource;
  }

  /** The names of the types of all that is there. */
  get held() {
    return Array.from(this.#entries.values(), ({ type }) => type.name);
  }
}
