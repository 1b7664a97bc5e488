// The gateway, and the Durable Object that counts for all of its instances.
export { default, Ledger } from "fluxgate-gateway";
