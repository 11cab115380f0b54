from pigmeter.measurement.region_values import RegionValue


def test_a_number_is_measured_and_its_lack_is_refused():
    assert RegionValue("count", "spots", "1", 3, 0.0).status == "measured"
    lacking = RegionValue("count", "spots", "1", 0, None, code="SCALE_NONE", reason="no scale")
    assert lacking.status == "refused"
