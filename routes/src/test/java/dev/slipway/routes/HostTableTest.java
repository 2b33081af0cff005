package dev.slipway.routes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HostTableTest {
  private static final Key ONE = Kinds.INGRESS.key("default", "one");
  private static final Key TWO = Kinds.INGRESS.key("default", "two");

  private final HostTable table = new HostTable();

  private static Fragment rules(String id, int second, String... hosts) {
    var made = new Fragment.Builder(Instant.ofEpochSecond(second));
    for (var host : hosts) {
      made.rule(host, new Rule(id, Match.ALL, new Direct(200, "text/plain", id), Policy.OPEN));
    }
    return made.build();
  }

  private static List<String> ids(Optional<VirtualHost> host) {
    return host.orElseThrow().rules().stream().map(Rule::id).toList();
  }

  @Test
  void tellsOnlyOfHostsThatChanged() {
    table.put(ONE, rules("one", 1, "a.example.com", "b.example.com"));
    assertThat(table.takeChanges().keySet())
        .containsExactlyInAnyOrder("a.example.com", "b.example.com");
    assertThat(table.hasChanges()).isFalse();

    table.put(TWO, rules("two", 2, "B.example.com", "c.example.com"));

    var changes = table.takeChanges();
    assertThat(changes.keySet()).containsExactlyInAnyOrder("b.example.com", "c.example.com");
    assertThat(ids(requireNonNull(changes.get("b.example.com")))).containsExactly("one", "two");
  }

  @Test
  void aHostWithoutRulesIsNoMore() {
    table.put(ONE, rules("one", 1, "a.example.com", "b.example.com"));
    table.put(TWO, rules("two", 2, "b.example.com"));
    table.takeChanges();

    table.remove(ONE);

    var changes = table.takeChanges();
    assertThat(changes.get("a.example.com")).isEmpty();
    assertThat(ids(requireNonNull(changes.get("b.example.com")))).containsExactly("two");
    assertThat(table.objects()).containsExactly(TWO);
  }

  @Test
  void aMoveFromHostToHostTellsOfBoth() {
    table.put(ONE, rules("one", 1, "a.example.com"));
    table.takeChanges();
    table.put(ONE, rules("one", 1, "b.example.com"));
    var changes = table.takeChanges();
    assertThat(changes.get("a.example.com")).isEmpty();
    assertThat(changes.get("b.example.com")).isPresent();
  }

  @Test
  void oneObjectMaySendAHostOfAnotherToTls() {
    var redirect = new Fragment.Builder(Instant.EPOCH);
    redirect.onlyHttps(
        "a.example.com",
        new Redirect(
            308, Optional.of("https"), Optional.empty(), Optional.empty(), Optional.empty()));
    table.put(ONE, rules("one", 1, "a.example.com"));
    table.put(TWO, redirect.build());
    assertThat(requireNonNull(table.takeChanges().get("a.example.com")).orElseThrow().onlyHttps())
        .isPresent();
    table.remove(TWO);
    assertThat(requireNonNull(table.takeChanges().get("a.example.com")).orElseThrow().onlyHttps())
        .isEmpty();
  }
}
