package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Estimators made of other estimators against the libraries that trained them.
class MetaAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("meta.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderPythonDoes() {
    return Agreement.of("meta.py", Agreement.OLD).tests();
  }
}
