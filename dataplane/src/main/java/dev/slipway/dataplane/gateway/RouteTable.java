package dev.slipway.dataplane.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every route at one moment: an immutable snapshot, swapped whole. Compiled from manifests by
/// another room; nothing here knows which.
///
/// @param hosts by lower-case host name without port; `*.example.com` for any one or more labels
///     before it; `*` for any host. The most specific host decides, then the order of its rules.
public record RouteTable(Map<String, VirtualHost> hosts) {
  public static final RouteTable EMPTY = new RouteTable(Map.of());

  public RouteTable {
    hosts = Map.copyOf(hosts);
  }

  /// The rules of one host name, most specific first.
  public record VirtualHost(String name, List<Rule> rules, Optional<Redirect> onlyHttps) {
    public VirtualHost {
      rules = List.copyOf(rules);
    }
  }

  /// What requests it takes, what is done to them, and where they go.
  ///
  /// @param id names it in logs and metrics: `default/iris`
  /// @param policy limits and identity
  public record Rule(String id, Match match, Action action, Policy policy) {}

  /// All parts given must hold.
  ///
  /// @param method upper case; empty for any
  public record Match(
      PathMatch path, String method, List<ValueMatch> headers, List<ValueMatch> query) {
    public static final Match ALL = new Match(PathMatch.ANY, "", List.of(), List.of());

    public Match {
      headers = List.copyOf(headers);
      query = List.copyOf(query);
    }
  }

  /// @param value the whole path, a prefix that ends at a path element, a prefix of the text, or a
  ///     regular expression (RE2 syntax as far as `java.util.regex` agrees) of the whole path
  public record PathMatch(PathMatch.Type type, String value) {
    public static final PathMatch ANY = new PathMatch(PathMatch.Type.ELEMENT_PREFIX, "/");

    public enum Type {
      EXACT,
      ELEMENT_PREFIX,
      TEXT_PREFIX,
      REGEX,
      REGEX_IGNORING_CASE
    }
  }

  /// A header or query parameter.
  public record ValueMatch(String name, ValueMatch.Type type, String value) {
    public enum Type {
      EXACT,
      REGEX,
      PRESENT,
      ABSENT
    }
  }

  public sealed interface Action {}

  /// Sends the request on.
  ///
  /// @param backends weights need no particular sum; a weight of 0 gets nothing but stuck sessions
  /// @param mirrors get copies of requests; their answers are dropped
  /// @param cors who else's pages may read the answers
  public record Forwarding(
      List<Backend> backends,
      Edits edits,
      Optional<Stickiness> stickiness,
      Timeouts timeouts,
      Retries retries,
      List<Mirror> mirrors,
      Optional<Cors> cors)
      implements Action {
    public Forwarding {
      backends = List.copyOf(backends);
      mirrors = List.copyOf(mirrors);
    }

    /// Without [Cors].
    public Forwarding(
        List<Backend> backends,
        Edits edits,
        Optional<Stickiness> stickiness,
        Timeouts timeouts,
        Retries retries,
        List<Mirror> mirrors) {
      this(backends, edits, stickiness, timeouts, retries, mirrors, Optional.empty());
    }
  }

  /// An upstream that gets a copy of `numerator` of `denominator` requests.
  public record Mirror(String upstream, int numerator, int denominator) {}

  /// What pages of other origins may do (Fetch standard, "CORS protocol"). `*` in a list stands for
  /// everything.
  ///
  /// @param origins `https://example.com`, with `*.` before the host for any labels
  public record Cors(
      List<String> origins,
      List<String> methods,
      List<String> headers,
      List<String> exposed,
      boolean credentials,
      Duration maxAge) {
    public Cors {
      origins = List.copyOf(origins);
      methods = List.copyOf(methods);
      headers = List.copyOf(headers);
      exposed = List.copyOf(exposed);
    }
  }

  /// @param port empty to keep
  public record Redirect(
      int status,
      Optional<String> scheme,
      Optional<String> host,
      Optional<Integer> port,
      Optional<PathEdit> path)
      implements Action {}

  /// An answer without a backend: a page, an error.
  public record Direct(int status, String contentType, String body) implements Action {}

  /// A share of the requests.
  ///
  /// @param upstream a key of [Upstreams], or [#NOWHERE]
  /// @param edits on top of the rule's own
  public record Backend(String upstream, int weight, Edits edits) {
    /// Stands for a backend that is not there: its share of the requests is answered 500.
    public static final String NOWHERE = "";

    public static Backend of(String upstream, int weight) {
      return new Backend(upstream, weight, Edits.NONE);
    }
  }

  /// What is changed on the way.
  ///
  /// @param host replaces the authority; empty to keep
  public record Edits(
      Optional<PathEdit> path, Optional<String> host, HeaderEdits request, HeaderEdits response) {
    public static final Edits NONE =
        new Edits(Optional.empty(), Optional.empty(), HeaderEdits.NONE, HeaderEdits.NONE);
  }

  public sealed interface PathEdit {
    /// The whole path.
    record Replace(String path) implements PathEdit {}

    /// The part that a prefix matched.
    record ReplacePrefix(String prefix) implements PathEdit {}

    /// With `$1`… of the regular expression that matched.
    record Substitute(String template) implements PathEdit {}
  }

  /// Applied in this order: set, add, remove.
  public record HeaderEdits(Map<String, String> set, Map<String, String> add, Set<String> remove) {
    public static final HeaderEdits NONE = new HeaderEdits(Map.of(), Map.of(), Set.of());

    public HeaderEdits {
      set = Map.copyOf(set);
      add = Map.copyOf(add);
      remove = Set.copyOf(remove);
    }
  }

  /// Keeps a client with the backend it first got; by a cookie, with the endpoint too, as long as
  /// that is there and has room.
  ///
  /// @param by `cookie`, `header`
  /// @param name of the cookie or the header whose value decides
  /// @param always header or cookie values that force a backend: value to upstream key
  public record Stickiness(
      String by, String name, Optional<Duration> age, Map<String, String> always) {
    public Stickiness {
      always = Map.copyOf(always);
    }
  }

  /// Zero for none. `whole` counts holding; answers are 504.
  public record Timeouts(Duration whole, Duration responseStart, Duration idle, Duration connect) {
    public static final Timeouts NONE =
        new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));

    /// Of each the shorter, where there is one.
    public Timeouts shorter(Timeouts other) {
      if (other.equals(NONE)) {
        return this;
      }
      return equals(NONE)
          ? other
          : new Timeouts(
              shorter(whole, other.whole),
              shorter(responseStart, other.responseStart),
              shorter(idle, other.idle),
              shorter(connect, other.connect));
    }

    private static Duration shorter(Duration one, Duration other) {
      if (one.isZero() || other.isZero()) {
        return one.isZero() ? other : one;
      }
      return one.compareTo(other) < 0 ? one : other;
    }
  }

  /// What is tried again: requests that surely did not arrive, others that may be repeated and got
  /// no answer, and answers of the statuses named.
  ///
  /// @param attempts the first included
  /// @param backoff waited before the second attempt, twice as long before the third, and so on
  /// @param each longest time of one attempt; zero for none
  public record Retries(int attempts, Set<Integer> statuses, Duration backoff, Duration each) {
    public static final Retries SAFE = new Retries(3, Set.of());

    public Retries {
      statuses = Set.copyOf(statuses);
    }

    public Retries(int attempts, Set<Integer> statuses) {
      this(attempts, statuses, Duration.ZERO, Duration.ZERO);
    }
  }

  /// Who may, and how much.
  ///
  /// @param maxConcurrent requests under way at once; 0 for no limit
  /// @param maxBodyBytes 0 for no limit
  public record Policy(
      Optional<Identity> identity,
      Optional<Rate> rate,
      int maxConcurrent,
      Optional<ClientShare> clientShare,
      long maxBodyBytes,
      List<String> allowedNetworks,
      Optional<PayloadLog> payloads) {
    public static final Policy OPEN =
        new Policy(Optional.empty(), Optional.empty(), 0, 0, List.of(), Optional.empty());

    public Policy {
      allowedNetworks = List.copyOf(allowedNetworks);
    }

    /// Without a limit for each client.
    public Policy(
        Optional<Identity> identity,
        Optional<Rate> rate,
        int maxConcurrent,
        long maxBodyBytes,
        List<String> allowedNetworks,
        Optional<PayloadLog> payloads) {
      this(
          identity, rate, maxConcurrent, Optional.empty(), maxBodyBytes, allowedNetworks, payloads);
    }
  }

  /// Requests that each client address may have under way at once.
  ///
  /// @param exempt networks without that limit
  public record ClientShare(int most, List<String> exempt) {
    public ClientShare {
      exempt = List.copyOf(exempt);
    }
  }

  public sealed interface Identity {
    /// `Authorization: Bearer KEY` or a header of its own.
    ///
    /// @param sha256 hexadecimal digests of the keys, to the names they are logged by
    record ApiKeys(String header, Map<String, String> sha256) implements Identity {
      public ApiKeys {
        sha256 = Map.copyOf(sha256);
      }
    }

    /// A JWT checked against the issuer's published keys.
    record Jwt(URI issuer, Set<String> audiences, Optional<URI> keys) implements Identity {
      public Jwt {
        audiences = Set.copyOf(audiences);
      }
    }

    /// HTTP basic; passwords as in an `htpasswd` file (bcrypt, apr1, SHA).
    record Basic(String realm, Map<String, String> users) implements Identity {
      public Basic {
        users = Map.copyOf(users);
      }
    }
  }

  /// Requests per period for each client address.
  ///
  /// @param burst allowed at once beyond the rate
  public record Rate(int requests, Duration period, int burst, List<String> exempt) {
    public Rate {
      exempt = List.copyOf(exempt);
    }
  }

  /// Where requests and answers are sent as CloudEvents; see [dev.slipway.dataplane.server].
  ///
  /// @param mode `all`, `request` or `response`
  /// @param extensions attributes of every event
  /// @param metadataHeaders names of request headers that are told
  public record PayloadLog(
      URI sink, String mode, Map<String, String> extensions, List<String> metadataHeaders) {
    public PayloadLog {
      extensions = Map.copyOf(extensions);
      metadataHeaders = List.copyOf(metadataHeaders);
    }

    /// Without headers.
    public PayloadLog(URI sink, String mode, Map<String, String> extensions) {
      this(sink, mode, extensions, List.of());
    }
  }
}
