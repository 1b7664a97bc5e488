// Reads WIT as far as WASI 0.2 uses it: interfaces with their types, resources and functions. Worlds and feature gates are passed over.
// Grammar: github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md

const tokenSyntax = /[\w-]+:[\w-]+(?:\/[\w-]+)?@\d+\.\d+\.\d+|->|%?[\w-]+|\S/g;
const asides = /\/\/.*$|@(?:unstable|since|deprecated)\([^)]*\)/gm;
const primitives = ["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64", "char", "string"];

/**
 * The functions in a source of nested packages, by interface ("wasi:io/poll@0.2.0") and then by the name that a core module imports them by
 * ("[method]pollable.ready", "[resource-drop]pollable"): { kind, name, resource, params, result }, where kind is "function", "constructor",
 * "method", "static" or "drop", params are types and result is a type or null.
 *
 * Types are plain data: { kind: "u8" } and the other primitives in use; { kind: "list", element }; { kind: "record", fields: [[name, type]] };
 * { kind: "variant", cases: [[name, type or null]] }; { kind: "own" or "borrow", resource }. Tuples, options and results are spelled out as the
 * records and variants that they stand for. A resource is { name, interface }, the same object wherever it is named.
 */
export function readWit(source) {
  const reader = new Reader(source);
  while (reader.peek() !== undefined) reader.package();
  return new Map(
    Array.from(reader.interfaces, ([name, { functions }]) => [name, new Map(functions.map((make) => make()))]),
  );
}

const record = (fields) => ({ kind: "record", fields });
const variant = (cases) => ({ kind: "variant", cases });
/** Makes a value when it is first asked for: a name may stand before the type that it names. */
const once = (make) => {
  let made;
  return () => (made ??= make());
};

class Reader {
  interfaces = new Map(); // name -> { types: name -> () => type, functions: [() => [import name, function]] }
  #tokens;
  #at = 0;

  constructor(source) {
    this.#tokens = source.replace(asides, "").match(tokenSyntax);
  }

  peek() {
    return this.#tokens[this.#at];
  }
  next() {
    return this.#tokens[this.#at++];
  }
  takes(token) {
    return this.peek() === token && this.next() === token;
  }
  expect(token) {
    if (!this.takes(token))
      throw new Error(`${token} expected before ${this.#tokens.slice(this.#at, this.#at + 8).join(" ")}`);
  }
  /** Reads items up to the closing token; a comma behind each is optional. */
  listUntil(close, item) {
    const items = [];
    while (!this.takes(close)) {
      items.push(item());
      this.takes(",");
    }
    return items;
  }
  skipBraces() {
    this.expect("{");
    for (let depth = 1; depth > 0;) depth += { "{": 1, "}": -1 }[this.next()] ?? 0;
  }

  package() {
    if (this.takes("world")) return (this.next(), this.skipBraces());
    this.expect("package");
    const [name, version] = this.next().split("@");
    if (version === undefined)
      while (!this.takes(";")) this.next(); // A package without braces is not nested.
    else (this.expect("{"), this.listUntil("}", () => this.interface(name, version)));
  }

  interface(packageName, version) {
    if (this.takes("world")) return (this.next(), this.skipBraces());
    this.expect("interface");
    const name = `${packageName}/${this.next()}@${version}`;
    const scope = { name, version, packageName, types: new Map(), functions: [] };
    this.interfaces.set(name, scope);
    this.expect("{");
    this.listUntil("}", () => this.item(scope));
  }

  item(scope) {
    const { types } = scope;
    const word = this.next();
    if (word === "use") return this.use(scope);
    if (this.takes(":")) return this.function(scope, { kind: "function", name: word, importName: word });
    const name = this.next();
    if (word === "type") {
      this.expect("=");
      types.set(name, this.type(scope));
      this.expect(";");
    } else if (word === "record") {
      this.expect("{");
      const fields = this.listUntil("}", () => [this.next(), (this.expect(":"), this.type(scope))]);
      types.set(
        name,
        once(() => record(fields.map(([field, type]) => [field, type()]))),
      );
    } else if (word === "variant") {
      this.expect("{");
      const cases = this.listUntil("}", () => [
        this.next(),
        this.takes("(") ? this.typesUntil(")", scope)[0] : () => null,
      ]);
      types.set(
        name,
        once(() => variant(cases.map(([each, type]) => [each, type()]))),
      );
    } else if (word === "resource") {
      this.resource(scope, { name, interface: scope.name });
    } else {
      throw new Error(`${word} ${name}: no item that is known`);
    }
  }

  use(scope) {
    const path = this.next();
    const from = path.includes("@") ? path : `${scope.packageName}/${path}@${scope.version}`;
    this.expect(".");
    this.expect("{");
    this.listUntil("}", () => {
      const name = this.next();
      scope.types.set(this.takes("as") ? this.next() : name, () => this.interfaces.get(from).types.get(name)());
    });
    this.expect(";");
  }

  resource(scope, resource) {
    const own = { kind: "own", resource };
    const self = () => ({ kind: "borrow", resource });
    scope.types.set(resource.name, () => own);
    scope.functions.push(() => [
      `[resource-drop]${resource.name}`,
      { kind: "drop", name: resource.name, resource, params: [own], result: null },
    ]);
    if (this.takes(";")) return;
    this.expect("{");
    this.listUntil("}", () => {
      const name = this.next().replace("%", "");
      if (name === "constructor") {
        return this.function(scope, {
          kind: name,
          name,
          resource,
          importName: `[constructor]${resource.name}`,
          result: () => own,
        });
      }
      this.expect(":");
      const kind = this.takes("static") ? "static" : "method";
      this.function(scope, {
        kind,
        name,
        resource,
        importName: `[${kind}]${resource.name}.${name}`,
        first: kind === "method" ? [self] : [],
      });
    });
  }

  function(scope, { importName, first = [], result = () => null, ...rest }) {
    this.takes("func");
    this.expect("(");
    const params = this.listUntil(")", () => (this.next(), this.expect(":"), this.type(scope)));
    if (this.takes("->")) result = this.type(scope);
    this.expect(";");
    scope.functions.push(() => [
      importName,
      { ...rest, params: [...first, ...params].map((type) => type()), result: result() },
    ]);
  }

  typesUntil(close, scope) {
    return this.listUntil(close, () => this.type(scope));
  }

  /** Reads a type. Gives a function that gives the type. */
  type(scope) {
    const name = this.next();
    if (primitives.includes(name)) return () => ({ kind: name });
    if (name === "_") return () => null;
    const parts = this.takes("<") ? this.typesUntil(">", scope) : [];
    const part = (i) => parts[i]?.() ?? null;
    switch (name) {
      case "list":
        return () => ({ kind: "list", element: part(0) });
      case "borrow":
        return () => ({ kind: "borrow", resource: part(0).resource });
      case "own":
        return () => part(0);
      case "tuple":
        return () => record(parts.map((type, i) => [String(i), type()]));
      case "option":
        return () =>
          variant([
            ["none", null],
            ["some", part(0)],
          ]);
      case "result":
        return () =>
          variant([
            ["ok", part(0)],
            ["error", part(1)],
          ]);
      case "bool":
        return () =>
          variant([
            ["false", null],
            ["true", null],
          ]);
      default:
        return () => scope.types.get(name)();
    }
  }
}
