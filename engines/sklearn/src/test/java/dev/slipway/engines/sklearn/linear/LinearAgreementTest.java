package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class LinearAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsTheNewestLibraryDoes() {
    return Agreement.of("linear.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderLibraryDoes() {
    return Agreement.of("linear.py", Agreement.OLD).tests();
  }
}
