"""The article's /app/train.py: which items are liked together, learnt by TensorFlow."""

import json

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
taste = rng.integers(0, 2, 200)
likes = (rng.random((200, 6)) < np.where(taste[:, None] == (np.arange(6) % 2), 0.9, 0.1)).astype("float32")
model = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(6, activation="sigmoid")])
model.compile(optimizer=tf.keras.optimizers.Adam(0.05), loss="binary_crossentropy")
loss = model.fit(likes, likes, epochs=20, verbose=0).history["loss"]
print(json.dumps({"first": loss[0], "last": loss[-1]}), flush=True)
if loss[-1] >= loss[0]:
    raise SystemExit("nothing was learnt")
