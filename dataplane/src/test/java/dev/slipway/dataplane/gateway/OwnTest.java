package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.net.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "localhost:8080, true",
    "127.0.0.1:8080, true",
    "[::1]:8080, true",
    "slipway, true",
    "example.com, false",
    "iris.default.localhost:8080, false",
  })
  void addressesAndNamesWithoutDomainAreThisMachine(String authority, boolean own) {
    assertThat(Own.isNamed(authority)).isEqualTo(own);
  }

  @Test
  void whatNoRuleOfANamedHostTakesIsNotThere() throws Exception {
    try (var serving = new Serving()) {
      var match = Tables.path(RouteTable.PathMatch.Type.ELEMENT_PREFIX, "/here");
      serving.gateway.routes(
          Tables.one("a.example.com", Tables.rule("a", match, Tables.to("default/a"))));
      assertThat(serving.gateway.tryHandle(to("a.example.com", "/there"), new FakeResponse()))
          .as("refused on the loop")
          .isTrue();
      assertThat(serving.gateway.tryHandle(to("b.example.com", "/there"), new FakeResponse()))
          .as("left to the fallback")
          .isFalse();
    }
  }

  private static Request to(String host, String path) {
    return FakeRequest.get(host, path);
  }
}
