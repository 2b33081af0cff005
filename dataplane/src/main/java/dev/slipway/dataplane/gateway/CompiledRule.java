package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.net.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A rule made ready: its expressions compiled, its shares laid out, its upstreams found.
final class CompiledRule {
  private final Rule rule;
  private final PathRule path;
  private final List<ValueRule> headers;
  private final List<ValueRule> query;
  private final String host;
  private final Guard guard;
  private final RequestCounts counts;
  private final Retries retries;
  private final @Nullable Choice choice;
  private final @Nullable CorsRule cors;
  private final List<Mirroring> mirrors;

  /// @param before the rule of the same id until now, whose counters go on where nothing changed
  /// @throws IllegalArgumentException if an expression is malformed
  CompiledRule(String host, Rule rule, CompiledTable.Parts parts, @Nullable CompiledRule before) {
    this.host = host;
    this.rule = rule;
    counts = before == null ? new RequestCounts() : before.counts;
    path = PathRule.of(rule.match().path());
    headers = rule.match().headers().stream().map(ValueRule::new).toList();
    query = rule.match().query().stream().map(ValueRule::new).toList();
    guard =
        before != null && before.rule.policy().equals(rule.policy())
            ? before.guard
            : new Guard(rule.policy(), parts.identities());
    retries = rule.action() instanceof Forwarding to ? to.retries() : Retries.SAFE;
    if (rule.action() instanceof Forwarding to) {
      choice = choice(to, parts.upstreams(), choiceOf(before, rule));
      cors = to.cors().map(CorsRule::new).orElse(null);
      mirrors =
          to.mirrors().stream()
              .map(each -> new Mirroring(each, parts.upstreams().at(each.upstream())))
              .toList();
    } else {
      choice = null;
      cors = null;
      mirrors = List.of();
    }
  }

  private static @Nullable Choice choiceOf(@Nullable CompiledRule before, Rule rule) {
    return before != null && before.rule.match().equals(rule.match()) ? before.choice : null;
  }

  private static Choice choice(Forwarding to, Upstreams upstreams, @Nullable Choice before) {
    var targets = new ArrayList<Target>();
    for (var backend : to.backends()) {
      targets.add(new Target(backend, upstreams.at(backend.upstream()), to));
    }
    return new Choice(to, targets, before);
  }

  Rule rule() {
    return rule;
  }

  PathRule path() {
    return path;
  }

  /// The name it was found under.
  String host() {
    return host;
  }

  /// What its requests came to.
  RequestCounts counts() {
    return counts;
  }

  /// What its policy allows.
  Guard guard() {
    return guard;
  }

  Retries retries() {
    return retries;
  }

  /// What pages of other origins are told; null for nothing.
  @Nullable CorsRule cors() {
    return cors;
  }

  /// Who else gets its requests.
  List<Mirroring> mirrors() {
    return mirrors;
  }

  /// Which backend is next; null where the rule does not forward.
  @Nullable Choice choice() {
    return choice;
  }

  /// Whether all but the host agrees.
  boolean matches(Request request, String rawPath) {
    return path.matches(rawPath) && matchesBesidesPath(request);
  }

  private boolean matchesBesidesPath(Request request) {
    var method = rule.match().method();
    if (!method.isEmpty() && !method.equals(request.method())) {
      return false;
    }
    for (var header : headers) {
      if (!header.matchesHeader(request)) {
        return false;
      }
    }
    return query.isEmpty() || matchesQuery(request);
  }

  private boolean matchesQuery(Request request) {
    var parameters = Query.parse(request.rawQuery());
    return query.stream().allMatch(each -> each.matchesQuery(parameters));
  }

  /// A backend and what is done to requests for it.
  record Target(Backend backend, LiveUpstream upstream, EditPlan edits) {
    Target(Backend backend, LiveUpstream upstream, Forwarding to) {
      this(backend, upstream, EditPlan.of(to.edits(), backend.edits()));
    }
  }
}
