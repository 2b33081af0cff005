package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Densities, factors, sparse components and embeddings by trees against the library.
class DensitiesAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("densities.py", Agreement.SKLEARN).tests();
  }
}
