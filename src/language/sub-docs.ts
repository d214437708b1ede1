import type { ActionName } from "./actions.js";
import type { MethodSub } from "./subs.js";

/** When each method sub runs. */
export const subDocs: Readonly<Record<MethodSub, string>> = {
  vcl_recv: "Runs when a request was read, and again after a restart: decides what becomes of it.",
  vcl_pipe: "Runs before the connection is joined to a backend's, byte for byte.",
  vcl_pass: "Runs before a request is fetched without the cache.",
  vcl_hash: "Runs before the look-up: adds with hash_data() what tells one object from another.",
  vcl_purge: "Runs after the objects of a request were purged.",
  vcl_miss: "Runs when no object was found, before it is fetched.",
  vcl_hit: "Runs when an object was found, fresh or within its grace.",
  vcl_deliver: "Runs before an object is delivered to the client.",
  vcl_synth: "Runs for a response that the cache makes itself, after return (synth(…)).",
  vcl_backend_fetch: "Runs before a request goes to the backend.",
  vcl_backend_refresh: "Runs when the backend answered 304: decides what becomes of the stale object.",
  vcl_backend_response: "Runs when the head of the backend's response is there: decides how it is stored.",
  vcl_backend_error: "Runs when a fetch failed: makes the error that is delivered instead.",
  vcl_init: "Runs once when the VCL is loaded: makes objects of VMODs.",
  vcl_fini: "Runs once when the VCL is discarded.",
};

/** What each action does. */
export const actionDocs: Readonly<Record<ActionName, string>> = {
  abandon: "Gives the fetch up; the client gets 503, or the stale object.",
  beresp: "Takes the backend's response as it is, without what the stale object has.",
  deliver: "Delivers: to the client, or into the cache.",
  dispatch: "Goes on in the vcl_recv of a labelled VCL, with the request as it stands.",
  error: "Goes to vcl_backend_error, with a status and a reason.",
  fail: "Fails: the client gets 503, a load is refused; the reason is logged.",
  fetch: "Asks the backend.",
  hash: "Looks the object up, by vcl_hash.",
  lookup: "Looks the object up by what was hashed.",
  merge:
    "Makes the response of the stale object's headers and body and of the headers that came with the 304.",
  obj_stale: "Takes the stale object as it is for the response.",
  ok: "Goes on.",
  pass: "Fetches without the cache; in vcl_backend_response, marks the object so for a time.",
  pipe: "Joins the client's connection to the backend's: no later request on it is seen.",
  purge: "Takes all variants of the object out of the cache.",
  restart: "Begins again in vcl_recv, with the request as it stands, up to max_restarts times.",
  retry: "Fetches again, from vcl_backend_fetch on, up to max_retries times.",
  synth: "Answers with a response of a status and a reason, made in vcl_synth.",
  vcl: "Goes on in the vcl_recv of a labelled VCL, with the request as the client sent it.",
};
