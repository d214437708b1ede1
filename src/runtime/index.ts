/** What emitted modules, VMODs and hosts link against. Portable: no Node, no compiler. */
export { defineVcl } from "./vcl/vpi.js";
export { tracePoint } from "./vcl/trace-point.js";
export type {
  AclEntryDefinition,
  BackendDefinition,
  Probe,
  ProbeDefinition,
  SubResult,
  VclBody,
  VclEvent,
  VclModule,
  VclSub,
  VmodModule,
  Vpi,
} from "./vcl/vpi.js";
export type { LateLabelUse, LoadedVcl, VclRef } from "./vcl/loaded-vcl.js";
export type { GlobalDirectorRegistry } from "./vcl/registry.js";
export type { Action, BackendTask, ClientTask, HousekeepingTask, OwnDirectors, Priv, Task } from "./task.js";
export type { Director, DirectorDetails, DirectorTask, Health } from "./director/director.js";
export type { Endpoint, BackendResponse, RawConnection, RawHeader, Transport } from "./backend/transport.js";
export { FetchFailure } from "./backend/transport.js";
export {
  ConnectFailure,
  type ConnectPlace,
  type ProgramCall,
  type Host,
  type Listener,
  type ListenPlace,
  type LogSide,
  type LogSink,
  type OffLoopAnswer,
  type OffLoopJob,
  type TimerHandle,
  type TlsSettings,
} from "./host.js";
export {
  byteStreamVersion,
  type ByteStream,
  type StreamEnd,
  type StreamError,
  type StreamReceiver,
} from "./wire/byte-stream.js";
export type { BodyFilter, BodySink, BodySource } from "./body/body.js";
export type { Exchange, ResponseBody, ResponseHead } from "./exchange.js";
export { Front } from "./wire/front.js";
export type { ListenerFacts, ServerTransport, TransportEvents } from "./wire/session.js";
export type { HeaderList } from "./http/header-list.js";
export type { ObjectWatcher, WatchedObject } from "./cache/object-watchers.js";
export type { Stevedore } from "./cache/stevedore.js";
export type { Acl } from "./values/acl.js";
export { latin1Bytes, latin1Text, type Blob } from "./values/blob.js";
export type { DnsQuery, DnsRecord } from "./dns.js";
export type { Ip } from "./values/ip.js";
export { VclFailure } from "./values/failure.js";
export { regex, Regex } from "./values/regex.js";
export { defaultParameters, type Parameters } from "./parameters.js";
export { header, headerToString, HttpHeaders, Workspace } from "./http/index.js";
export type { HeaderRef } from "./http/header-list.js";
export type { Bereq, Beresp, Req, Resp } from "./task.js";
export { VclReturn } from "./values/failure.js";
export { sha256 } from "./values/sha256.js";
export {
  aclEntry,
  aclToString,
  backendToString,
  blob,
  blobToString,
  boolToString,
  bytesToString,
  compare,
  durationToString,
  equal,
  intDivide,
  intModulo,
  intToString,
  ip,
  ipEqual,
  ipToString,
  lower,
  makeAcl,
  notEqual,
  parseBytes,
  parseDate,
  parseDuration,
  parseInteger,
  parseIp,
  parseReal,
  parseTime,
  probeToString,
  readAclEntry,
  realToString,
  socketIp,
  stevedoreToString,
  timeToString,
  upper,
} from "./values/index.js";
export { CommandFailure } from "./vcl/command-failure.js";
export { LoadFailure, type LoadProblem } from "./vcl/load-problem.js";
export type { ControlSide, TransportMaker } from "./vcl/control.js";
export type { VclDependencies, VclListing } from "./vcl/vcl-table.js";
export type { Temperature, VclState } from "./vcl/vcl.js";
export { Backend, GlobalBackend } from "./backend/backend.js";
export type { AdminHealth, SharedBackend } from "./backend/shared-backend.js";
export { healthOf } from "./director/admin-health.js";
export { CountedDirector } from "./director/counted-director.js";
export { resolveDirector, walkDirectors } from "./director/resolve-director.js";
export { MemoryStorage } from "./cache/memory-storage.js";
export type { Occupant, Storage, StorageCounts } from "./cache/storage.js";
export type { ObjectRecord } from "./cache/object-record.js";
export { isPersistent } from "./cache/persistent-storage.js";
export type { PersistentStorage, SharedBan, StoredObject } from "./cache/persistent-storage.js";
export { runClientTask } from "./fsm/run-client-task.js";
export type { Propagation } from "./core.js";
export { Instance, type InstanceOptions } from "./instance.js";
export { recordLine } from "./log/record-line.js";
export {
  FilterFailure,
  type BodyLink,
  type DeliveryContext,
  type FetchContext,
  type FilterContext,
  type FilterKind,
} from "./body/filter-kind.js";
