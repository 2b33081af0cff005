package dev.slipway.apiserver.builtin.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ServiceAllocationTest {
  private static final Addresses.Range RANGE = Addresses.Range.parse("10.96.0.0/16").orElseThrow();

  private static ObjectNode service(String name, String spec) {
    return Json.parseObject(
        ("{'metadata':{'namespace':'n','name':'" + name + "'},'spec':" + spec + "}")
            .replace('\'', '"'));
  }

  private static List<Problem> allocate(ObjectNode service, Set<String> ips, Set<String> ports) {
    return new ServiceAllocation(RANGE, ips::contains, ports::contains).allocate(service);
  }

  @Test
  void theSameServiceGetsTheSameAddress() {
    ObjectNode one = service("a", "{'type':'ClusterIP'}");
    ObjectNode two = service("a", "{'type':'ClusterIP'}");
    assertThat(allocate(one, Set.of(), Set.of())).isEmpty();
    allocate(two, Set.of(), Set.of());
    assertThat(one).isEqualTo(two);
    assertThat(one.at("/spec/clusterIP").asString()).startsWith("10.96.");
    assertThat(one.at("/spec/clusterIPs/0")).isEqualTo(one.at("/spec/clusterIP"));
    assertThat(one.at("/spec/ipFamilies").toString()).isEqualTo("[\"IPv4\"]");
    assertThat(one.at("/spec/ipFamilyPolicy").asString()).isEqualTo("SingleStack");
  }

  @Test
  void noAddressIsGivenTwice() {
    var taken = new HashSet<String>();
    for (int i = 0; i < 500; i++) {
      ObjectNode service = service("same", "{'type':'ClusterIP'}");
      assertThat(allocate(service, taken, Set.of())).isEmpty();
      assertThat(taken.add(service.at("/spec/clusterIP").asString())).isTrue();
    }
  }

  @Test
  void whatIsAskedForMustBeFreeAndInRange() {
    String asked = "{'type':'ClusterIP','clusterIP':'10.96.0.9','clusterIPs':['10.96.0.9']}";
    assertThat(allocate(service("a", asked), Set.of(), Set.of())).isEmpty();
    assertThat(allocate(service("a", asked), Set.of("10.96.0.9"), Set.of()))
        .singleElement()
        .hasToString(
            "spec.clusterIPs: Invalid value: [\"10.96.0.9\"]: failed to allocate IP 10.96.0.9:"
                + " provided IP is already allocated");
    assertThat(
            allocate(
                service("a", "{'type':'ClusterIP','clusterIP':'10.96.0.9'}"),
                Set.of("10.96.0.9"),
                Set.of()))
        .hasSize(1);
    String outside = "{'type':'ClusterIP','clusterIP':'10.1.0.9','clusterIPs':['10.1.0.9']}";
    assertThat(allocate(service("a", outside), Set.of(), Set.of()))
        .singleElement()
        .asString()
        .contains("not in the valid range. The range of valid IPs is 10.96.0.0/16");
  }

  @Test
  void headlessServicesHaveNoAddress() {
    ObjectNode service = service("a", "{'type':'ClusterIP','clusterIP':'None'}");
    assertThat(allocate(service, Set.of(), Set.of())).isEmpty();
    assertThat(service.at("/spec/clusterIPs").toString()).isEqualTo("[\"None\"]");
  }

  @Test
  void nodePortsAreGivenAndChecked() {
    ObjectNode service =
        service(
            "a",
            "{'type':'NodePort','ports':[{'port':1,'protocol':'TCP'},{'port':2,'protocol':'TCP'}]}");
    assertThat(allocate(service, Set.of(), Set.of())).isEmpty();
    int first = service.at("/spec/ports/0/nodePort").asInt();
    int second = service.at("/spec/ports/1/nodePort").asInt();
    assertThat(first).isBetween(30000, 32767).isNotEqualTo(second);
    String asked = "{'type':'NodePort','ports':[{'port':1,'protocol':'TCP','nodePort':31000}]}";
    assertThat(allocate(service("b", asked), Set.of(), Set.of("TCP/31000")))
        .singleElement()
        .hasToString(
            "spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated");
    String low = "{'type':'NodePort','ports':[{'port':1,'protocol':'TCP','nodePort':80}]}";
    assertThat(allocate(service("b", low), Set.of(), Set.of()))
        .singleElement()
        .asString()
        .endsWith(
            "provided port is not in the valid range. The range of valid ports is 30000-32767");
  }
}
