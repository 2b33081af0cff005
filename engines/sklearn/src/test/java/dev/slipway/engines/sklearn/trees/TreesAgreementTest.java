package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Trees, forests and boosting against the libraries that trained them: most to the last bit.
class TreesAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("trees.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderPythonDoes() {
    return Agreement.of("trees.py", Agreement.OLD).tests();
  }
}
