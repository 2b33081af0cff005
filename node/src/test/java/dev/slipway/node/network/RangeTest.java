package dev.slipway.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RangeTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource({
    "10.244.0.0/16, 10.244.4.0/22, true, one within the other",
    "10.244.4.0/22, 10.244.0.0/16, true, the other way round",
    "10.244.4.0/22, 10.244.8.0/22, false, side by side",
    "10.0.0.0/8, 192.168.0.0/16, false, far apart",
  })
  void overlaps(String one, String other, boolean expected, String why) {
    assertThat(Range.parse(one).orElseThrow().overlaps(Range.parse(other).orElseThrow()))
        .as(why)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"10.244.0.0", "10.244.0/16", "10.244.0.0/33", "10.244.0.256/16", "a/16", "''"})
  void parse_noRange_isEmpty(String text) {
    assertThat(Range.parse(text)).isEmpty();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "10.244.4.0/22, true, the kernel's table has it for another device",
    "10.245.0.0/22, false, not in the table",
  })
  void routes_areThoseOfTheKernel(String range, boolean taken, String why) {
    var routes =
        PodNetwork.Routes.parse(
            List.of(
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU",
                "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "docker0\t0004F40A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0",
                "own\t0000F50A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0"));

    assertThat(routes.overlapping(Range.parse(range).orElseThrow(), "own"))
        .as(why)
        .isEqualTo(taken);
  }
}
