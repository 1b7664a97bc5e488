// The handles to resources that a guest of the component model holds. Source: "Table State", lift_own, lift_borrow, lower_own and resource.drop in
// github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md.

/** Says what a guest did wrong. The guest's instance cannot go on. */
export class Trap extends Error {}

export function trapIf(condition, message) {
  if (condition) throw new Trap(message);
}

/** The thing that a handle names. A child must be dropped, or given away, before its parent. */
export class Resource {
  childCount = 0;

  constructor(host, parent = null) {
    this.host = host;
    this.parent = parent;
  }
  /** Called when the guest has dropped its handle. */
  dropped() {}
}

/**
 * The resources that a guest holds, by handle. A real table uses numbers again; this one uses each number once, so that a dropped handle never names
 * another resource by chance.
 *
 * The canonical ABI also forbids giving away a resource that is lent to a call under way. That cannot happen here: no function of WASI 0.2 lends and
 * takes the same type.
 */
export class HandleTable {
  #entries = new Map(); // handle -> { type, resource }
  #last = 0; // 0 is no handle.

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
   * Takes a resource out, to drop it or to give it away. A parent with children traps by a rule of WASI, not of the canonical ABI: each function that
   * makes a child says so in WIT, and wasmtime traps for every resource (ResourceTableError::HasChildren).
   */
  remove(handle, type) {
    const resource = this.get(handle, type);
    trapIf(
      resource.childCount > 0,
      `${type.name} ${handle} is dropped or given away before its ${resource.childCount} children`,
    );
    this.#entries.delete(handle);
    if (resource.parent !== null) resource.parent.childCount -= 1;
    return resource;
  }

  /** The names of the types of all resources in the table. */
  get held() {
    return Array.from(this.#entries.values(), ({ type }) => type.name);
  }
}
