package dev.slipway.engines.sklearn.gaussian;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Gaussian processes and dummies against the library.
class GaussianAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("gaussian.py", Agreement.SKLEARN).tests();
  }
}
