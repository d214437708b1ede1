// Compiled by vclc from builtin.vcl, module format 1. Change the VCL, not this file.
import type { Action, BackendTask, ClientTask } from "./task.js";
import { intToString, ipToString, lower, regex } from "./values/index.js";
import { defineVcl } from "./vcl/vpi.js";

const re_a_z = regex("[A-Z]");
const text_doctype_html_html_head_title = ["<!DOCTYPE html>", "<html>", "  <head>", "    <title>"].join("\n");
const text_title_head_body_h1 = ["</title>", "  </head>", "  <body>", "    <h1>"].join("\n");
const text_h1_p_the_cache_made_this = [
  "</h1>",
  "    <p>The cache made this answer itself.</p>",
  "    <p>XID: ",
].join("\n");
const text_p_body_html = ["</p>", "  </body>", "</html>", ""].join("\n");
const re_no_store = regex("(?i)no-store");
const re_no_cache_no_store_private = regex("(?i)(no-cache|no-store|private)");
const text_h1_p_the_cache_got_no_answer = [
  "</h1>",
  "    <p>The cache got no answer that it could use.</p>",
  "    <p>XID: ",
].join("\n");

export default defineVcl({ format: 1, source: "builtin.vcl", version: 40 }, (vpi) => {
  function sub_vcl_builtin_recv(task: ClientTask): Action | void {
    let action: Action | void;
    action = sub_vcl_req_host(task);
    if (action) return action;
    action = sub_vcl_req_method(task);
    if (action) return action;
    action = sub_vcl_req_authorization(task);
    if (action) return action;
    action = sub_vcl_req_cookie(task);
    if (action) return action;
  }

  // One spelling of the host, so that one object is cached for it.
  function sub_vcl_req_host(task: ClientTask): Action | void {
    const { req } = task;
    if (re_a_z.matches(req.http.get("host"))) {
      req.http.set("host", lower(req.http.get("host")));
    }
    if (req.http.get("host") === undefined && req.esi_level === 0 && req.proto === "HTTP/1.1") {
      return vpi.synth(task, 400);
    }
  }

  function sub_vcl_req_method(task: ClientTask): Action | void {
    const { req } = task;
    if (
      req.method !== "GET" &&
      req.method !== "HEAD" &&
      req.method !== "PUT" &&
      req.method !== "POST" &&
      req.method !== "TRACE" &&
      req.method !== "OPTIONS" &&
      req.method !== "DELETE" &&
      req.method !== "PATCH"
    ) {
      // After a method that nobody knows, where the next request begins is anybody's guess.
      req.http.set("connection", "close");
      return vpi.synth(task, 501);
    }
    if (req.method !== "GET" && req.method !== "HEAD") {
      return "pass";
    }
  }

  function sub_vcl_req_authorization(task: ClientTask): Action | void {
    const { req } = task;
    if (req.http.get("authorization") !== undefined) {
      return "pass";
    }
  }

  function sub_vcl_req_cookie(task: ClientTask): Action | void {
    const { req } = task;
    if (req.http.get("cookie") !== undefined) {
      return "pass";
    }
  }

  function sub_vcl_builtin_pipe(task: ClientTask): void {}

  function sub_vcl_builtin_pass(task: ClientTask): void {}

  function sub_vcl_builtin_hash(task: ClientTask): void {
    const { req } = task;
    vpi.hash_data(task, req.url);
    if (req.http.get("host") !== undefined) {
      vpi.hash_data(task, req.http.get("host"));
    } else {
      vpi.hash_data(task, ipToString(task.server.ip));
    }
  }

  function sub_vcl_builtin_purge(task: ClientTask): void {}

  function sub_vcl_builtin_hit(task: ClientTask): void {}

  function sub_vcl_builtin_miss(task: ClientTask): void {}

  function sub_vcl_builtin_deliver(task: ClientTask): void {}

  function sub_vcl_builtin_synth(task: ClientTask): void {
    const { req, resp } = task;
    resp.http.set("Content-Type", "text/html; charset=utf-8");
    resp.http.set("Retry-After", "5");
    resp.body =
      text_doctype_html_html_head_title +
      intToString(resp.status) +
      " " +
      resp.reason +
      text_title_head_body_h1 +
      intToString(resp.status) +
      " " +
      resp.reason +
      text_h1_p_the_cache_made_this +
      intToString(req.xid) +
      text_p_body_html;
  }

  function sub_vcl_builtin_backend_fetch(task: BackendTask): void {
    const { bereq } = task;
    if (bereq.method === "GET") {
      bereq.body = undefined;
    }
  }

  function sub_vcl_builtin_backend_refresh(task: BackendTask): Action | void {
    let action: Action | void;
    action = sub_vcl_refresh_valid(task);
    if (action) return action;
    action = sub_vcl_refresh_conditions(task);
    if (action) return action;
    action = sub_vcl_refresh_status(task);
    if (action) return action;
  }

  function sub_vcl_refresh_valid(task: BackendTask): Action | void {
    const { obj_stale } = task;
    if (!obj_stale.is_valid) {
      return vpi.error(task, 503, "Invalid object for refresh");
    }
  }

  function sub_vcl_refresh_conditions(task: BackendTask): Action | void {
    const { bereq } = task;
    if (bereq.http.get("if-modified-since") === undefined && bereq.http.get("if-none-match") === undefined) {
      return vpi.error(task, 503, "Unexpected 304");
    }
  }

  function sub_vcl_refresh_status(task: BackendTask): Action | void {
    const { obj_stale } = task;
    if (obj_stale.status !== 200) {
      return vpi.error(task, 503, "Invalid object for refresh (status)");
    }
  }

  function sub_vcl_builtin_backend_response(task: BackendTask): Action | void {
    const { bereq } = task;
    let action: Action | void;
    sub_vcl_beresp_range(task);
    if (bereq.uncacheable) {
      return "deliver";
    }
    action = sub_vcl_beresp_stale(task);
    if (action) return action;
    action = sub_vcl_beresp_cookie(task);
    if (action) return action;
    action = sub_vcl_beresp_control(task);
    if (action) return action;
    action = sub_vcl_beresp_vary(task);
    if (action) return action;
  }

  function sub_vcl_beresp_stale(task: BackendTask): Action | void {
    const { beresp } = task;
    let action: Action | void;
    if (beresp.ttl <= 0) {
      action = sub_vcl_beresp_hitmiss(task);
      if (action) return action;
    }
  }

  function sub_vcl_beresp_cookie(task: BackendTask): Action | void {
    const { beresp } = task;
    let action: Action | void;
    if (beresp.http.get("set-cookie") !== undefined) {
      action = sub_vcl_beresp_hitmiss(task);
      if (action) return action;
    }
  }

  // Surrogate-Control speaks to caches like this one and outranks Cache-Control.
  function sub_vcl_beresp_control(task: BackendTask): Action | void {
    const { beresp } = task;
    let action: Action | void;
    if (
      re_no_store.matches(beresp.http.get("surrogate-control")) ||
      (beresp.http.get("surrogate-control") === undefined &&
        re_no_cache_no_store_private.matches(beresp.http.get("cache-control")))
    ) {
      action = sub_vcl_beresp_hitmiss(task);
      if (action) return action;
    }
  }

  function sub_vcl_beresp_vary(task: BackendTask): Action | void {
    const { beresp } = task;
    let action: Action | void;
    if (beresp.http.get("vary") === "*") {
      action = sub_vcl_beresp_hitmiss(task);
      if (action) return action;
    }
  }

  function sub_vcl_beresp_range(task: BackendTask): void {
    const { beresp } = task;
    if (beresp.status !== 206 && beresp.status !== 416) {
      beresp.http.unset("content-range");
    }
  }

  // Remembers for a while that this object is not for the cache, so that requests need not wait for each other.
  function sub_vcl_beresp_hitmiss(task: BackendTask): Action | void {
    const { beresp } = task;
    beresp.ttl = task.param.uncacheable_ttl;
    beresp.uncacheable = true;
    return "deliver";
  }

  function sub_vcl_builtin_backend_error(task: BackendTask): void {
    const { bereq, beresp } = task;
    beresp.http.set("Content-Type", "text/html; charset=utf-8");
    beresp.http.set("Retry-After", "5");
    beresp.body =
      text_doctype_html_html_head_title +
      intToString(beresp.status) +
      " " +
      beresp.reason +
      text_title_head_body_h1 +
      intToString(beresp.status) +
      " " +
      beresp.reason +
      text_h1_p_the_cache_got_no_answer +
      intToString(bereq.xid) +
      text_p_body_html;
  }

  return {
    init() {
      return "ok";
    },

    fini() {
      return "ok";
    },

    vcl_recv(task) {
      let action: Action | void;
      action = sub_vcl_builtin_recv(task);
      if (action) return action;
      return "hash";
    },

    vcl_pipe(task) {
      sub_vcl_builtin_pipe(task);
      return "pipe";
    },

    vcl_pass(task) {
      sub_vcl_builtin_pass(task);
      return "fetch";
    },

    vcl_hash(task) {
      sub_vcl_builtin_hash(task);
      return "lookup";
    },

    vcl_purge(task) {
      sub_vcl_builtin_purge(task);
      return vpi.synth(task, 200, "Purged");
    },

    vcl_miss(task) {
      sub_vcl_builtin_miss(task);
      return "fetch";
    },

    vcl_hit(task) {
      sub_vcl_builtin_hit(task);
      return "deliver";
    },

    vcl_deliver(task) {
      sub_vcl_builtin_deliver(task);
      return "deliver";
    },

    vcl_synth(task) {
      sub_vcl_builtin_synth(task);
      return "deliver";
    },

    vcl_backend_fetch(task) {
      sub_vcl_builtin_backend_fetch(task);
      return "fetch";
    },

    vcl_backend_refresh(task) {
      let action: Action | void;
      action = sub_vcl_builtin_backend_refresh(task);
      if (action) return action;
      return "merge";
    },

    vcl_backend_response(task) {
      let action: Action | void;
      action = sub_vcl_builtin_backend_response(task);
      if (action) return action;
      return "deliver";
    },

    vcl_backend_error(task) {
      sub_vcl_builtin_backend_error(task);
      return "deliver";
    },
  };
});
