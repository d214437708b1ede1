import type { Origin, OriginRequest, OriginResponse } from "../../../host/memory/index.js";
import { echoOf, forever, type MockBackends } from "../mock-backends.js";

/** What one path of a backend answers. */
interface Answers {
  status: number;
  body: string;
  readonly headers: Map<string, readonly [name: string, value: string]>;
  latency: number;
  failure: "reset" | "silent" | undefined;
  echo: boolean;
}

const plainAnswers = (): Answers => ({
  ...{ status: 200, body: "", headers: new Map(), latency: 0, failure: undefined, echo: false },
});

/** The answers of backends that tests in VCL speak of, by path; the rest of a backend is the path `undefined`. */
export class MockOrigins {
  readonly #mocks: MockBackends;
  readonly #backends = new Map<string, Map<string | undefined, Answers>>();

  constructor(mocks: MockBackends) {
    this.#mocks = mocks;
  }

  /** What is answered from now on, to be changed. */
  of(backend: string, path: string | undefined): Answers {
    const paths = this.#backends.get(backend) ?? new Map<string | undefined, Answers>();
    if (!this.#backends.has(backend)) {
      this.#backends.set(backend, paths);
      this.#mocks.set(backend, originOf(paths));
    }
    const answers = paths.get(path) ?? plainAnswers();
    paths.set(path, answers);
    return answers;
  }

  /** Forgets what was said. */
  reset(backend: string, path: string | undefined): Answers {
    return Object.assign(this.of(backend, path), plainAnswers());
  }
}

function originOf(paths: ReadonlyMap<string | undefined, Answers>): Origin {
  return (request): OriginResponse | Promise<OriginResponse> => {
    const answers = paths.get(pathOf(request)) ?? paths.get(undefined);
    if (!answers) return {};
    const { status, body, headers, latency, failure, echo } = answers;
    if (failure === "silent") return { latency: forever };
    if (failure === "reset") return { failure: "Connection reset by peer", latency };
    if (echo) return echoOf(request).then((response) => ({ ...response, latency }));
    return { status, body, headers: [...headers.values()], latency };
  };
}

/** Without the query. */
export function pathOf({ url }: OriginRequest): string {
  return url.split("?", 1)[0] ?? url;
}
