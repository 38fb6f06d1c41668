"""The windows in which campaigns and beneficiaries are chosen or made, from a page's form too."""

from django.utils.translation import gettext_lazy as _

from cms.choosers import RecordChooserViewSet, SluggedForm
from donations.models import Beneficiary, Campaign


class NewCampaignForm(SluggedForm):
    class Meta:
        model = Campaign
        fields = ["name_it", "name_en", "beneficiary", "goal_cents", "minimum_cents", "opens_on", "closes_on"]


class CampaignChooser(RecordChooserViewSet):
    model = Campaign
    icon = "pick"
    choose_one_text = _("Choose or create a campaign")
    choose_another_text = _("Choose another campaign")
    edit_item_text = _("Open this campaign")
    creation_tab_label = _("New campaign")
    creation_form_class = NewCampaignForm
    words_in = ("name_it", "name_en")
    shown_to_all = True


class BeneficiaryChooser(RecordChooserViewSet):
    model = Beneficiary
    icon = "home"
    choose_one_text = _("Choose or create a beneficiary")
    choose_another_text = _("Choose another beneficiary")
    edit_item_text = _("Open this beneficiary")
    creation_tab_label = _("New beneficiary")
    form_fields = ["name", "legal_name", "tax_code", "address", "email"]
    words_in = ("name", "legal_name")
    shown_to_all = True


CHOOSERS = [CampaignChooser("campaign_chooser"), BeneficiaryChooser("beneficiary_chooser")]
