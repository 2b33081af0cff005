package dev.slipway.control.fake;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FakeClusterTest {
  @TestFactory
  Stream<DynamicTest> keepsThePromisesOfACluster() {
    var cluster = new FakeCluster(new FakeClock());
    return ClusterContract.promises().stream()
        .map(each -> dynamicTest(each.name(), () -> each.check().on(cluster)));
  }
}
