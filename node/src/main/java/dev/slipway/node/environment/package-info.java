/// Which programs of this machine stand for an image: no image is pulled, so a Python with the
/// packages, a JDK or a directory of programs is chosen by the image's name.
///
/// What is chosen is said by a ConfigMap that users edit ([ImageConfig]); environments made here
/// are kept below the data directory ([Environments]). Read first: [LocalImages], [ImageTable],
/// [Environments].
@NullMarked
package dev.slipway.node.environment;

import org.jspecify.annotations.NullMarked;
