"""The acts, module by module as the code has them."""

import pytest

pytest.register_assert_rewrite("tests.domain.acts.sentences")
